import * as ds from "@devicescript/core"
import type { Port } from "../../src/line/ports/port"

/** What a PZEM-016 at address 1 is asked in every poll, and how long its answer is. */
export const REQUEST = hex`01 04 00 00 00 0A 70 0D`
const REPLY_LENGTH = 25

const POLLS = 20
const TIMEOUT_MS = 200

/** Polls a meter, and prints how long each poll took. */
export async function printPollTimes(port: Port) {
    await port.open()
    // The meter's answers mean something 5 s after power-up, and a gateway keeps its connection from the first poll on.
    await ds.sleep(6000)
    await port.exchange(REQUEST, TIMEOUT_MS, isWhole)
    for (let i = 0; i < POLLS; i++) {
        await ds.sleep(500)
        const begun = ds.millis()
        const reply = await port.exchange(REQUEST, TIMEOUT_MS, isWhole)
        console.log(reply.length === REPLY_LENGTH ? "poll " + (ds.millis() - begun) : "poll failed")
    }
    console.log("polls done")
}

function isWhole(received: Buffer): boolean {
    return received.length >= REPLY_LENGTH
}
