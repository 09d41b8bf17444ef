import * as ds from "@devicescript/core"
import type { Fault } from "./fault"

let armed: Fault

/** Has it happen when the actor comes round its loop. */
export function arm(fault: Fault) {
    armed = fault
}

/** What stands in the loop of every actor of `faulty-program.ts`. */
export async function strike(actor: string) {
    if (armed?.actor !== actor) return
    const { kind } = armed
    armed = undefined
    console.warn("fault: " + actor + ", " + kind)
    if (kind === "hang") await ds.suspend()
    throw new RangeError("a fault of the test")
}
