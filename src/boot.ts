import * as ds from "@devicescript/core"
import { showSafeMode } from "./actors/status-light"
import { error, printRecord, records } from "./device/log"
import { Restarts } from "./device/restarts"
import { locate, onFault, spawn } from "./kernel/fault"

/*
 * What runs before anything else of the program, even before the other modules are set up: so a fault in any of them is
 * noticed as a boot loop. When not even safe mode lives, the program does not get further than this.
 */

/** From one look at the time to the next in the last resort, in ms. */
const LOOK_MS = 60000

/** The chip's own service, whose light is the board's. */
export const control = new ds.Control("control[int:0]")
export const restarts = new Restarts()

records.subscribe(printRecord)
onFault((where, e) => error(where, locate(e)))
await restarts.begin()

if (restarts.onlyLight) {
    error("program", "safe mode cannot live either: for an hour nothing runs but the light")
    spawn("light", async () => await showSafeMode(control))
    while (!(await restarts.settle())) await ds.sleep(LOOK_MS)
    await restarts.note("an hour of nothing but the light is over")
    ds.restart()
}
