import * as ds from "@devicescript/core"
import { showSafeMode } from "./actors/status-light"
import { error, printRecord, records } from "./device/log"
import { Restarts } from "./device/restarts"
import { locate, onFault, spawn } from "./kernel/fault"

/*
 * Runs before the rest of the program, even before the other modules are initialized, so that a fault in any of them is
 * detected as a boot loop. If even safe mode fails, the program goes no further than this file.
 */

/** How often, in ms, the last resort checks whether its hour is over. */
const LOOK_MS = 60000

/** The chip's control service, which drives the board's status light. */
export const control = new ds.Control("control[int:0]")
export const restarts = new Restarts()

records.subscribe(printRecord)
onFault((where, e) => error(where, locate(e)))
await restarts.begin()

if (restarts.onlyLight) {
    error("program", "safe mode fails too: for an hour only the status light runs")
    spawn("light", async () => await showSafeMode(control))
    while (!(await restarts.settle())) await ds.sleep(LOOK_MS)
    await restarts.note("an hour with only the status light is over")
    ds.restart()
}
