import "../../src/main"
import * as ds from "@devicescript/core"
import { readInTime } from "../../src/kernel/settings"
import type { Fault } from "./fault"
import { arm } from "./faults"

/* The program, with the fault of the setting FAULT a minute after the power came. `faultyHouse` compiles it. */

const fault = await readInTime<Fault>("FAULT")
if (fault && ds.millis() < 60000) {
    await ds.sleep(60000 - ds.millis())
    arm(fault)
}
