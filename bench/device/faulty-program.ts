import "../../src/main"
import * as ds from "@devicescript/core"
import { readInTime } from "../../src/kernel/settings"
import type { Fault } from "./fault"
import { commit } from "./faults"

/* The program, with the fault of the setting FAULT two minutes after the power came. */

const FAULT_MS = 120000

const fault = await readInTime<Fault>("FAULT")
if (fault && ds.millis() < FAULT_MS) {
    await ds.sleep(FAULT_MS - ds.millis())
    await commit(fault)
}
