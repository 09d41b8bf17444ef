import * as ds from "@devicescript/core"
import { deleteSetting, writeSetting } from "@devicescript/settings"
import { error, warn } from "../../../src/device/log"
import type { Fault } from "./fault"

/** Forty of these do not fit into the flash. */
const FILLING = Buffer.alloc(100).toString("hex")

let armed: string
let hangs = false
/** The names of the parts, and the actor that plays each part now. */
const names: string[] = []
const players: object[] = []

/**
 * Called in the loop of every actor. Reports an actor that has just come to life, and makes an actor fail if a fault is armed
 * for it.
 */
export async function strike(name: string, actor: object) {
    let i = names.indexOf(name)
    if (i < 0) i = names.push(name) - 1
    if (players[i] !== actor) console.warn("alive: " + name)
    players[i] = actor
    if (armed !== name) return
    armed = undefined
    console.warn("fault")
    if (hangs) await ds.suspend()
    throw new RangeError("a fault of the test")
}

/** Makes a fault happen, at once or when the actor next passes through its loop. */
export async function commit(fault: Fault) {
    switch (fault.kind) {
        case "throw":
        case "hang":
            hangs = fault.kind === "hang"
            armed = fault.actor
            return
        case "clock jumping":
            // The host makes the clock jump.
            console.warn("fault")
            return
        case "mailbox overrun":
            console.warn("fault")
            for (let i = 0; i < 100; i++) error("test", "error " + i)
            return
        case "publish storm":
            console.warn("fault")
            for (let i = 0; i < 3000; i++) {
                warn("test", "warning " + i)
                await ds.sleep(10)
            }
            return
        case "out of memory": {
            console.warn("fault")
            const held: Buffer[] = []
            for (;;) held.push(Buffer.alloc(1000))
        }
        case "settings full":
            console.warn("fault")
            for (let i = 0; i < 40; i++) await writeSetting("FILL" + i, FILLING)
            return
        case "settings gone":
            for (const key of ["EMON_URL", "EMON_KEY", "EMON_NODE"]) await deleteSetting(key)
            console.warn("fault")
            ds.restart()
    }
}
