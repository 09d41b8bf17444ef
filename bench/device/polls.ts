import * as ds from "@devicescript/core"
import type { Port } from "../../src/line/ports/port"

/** The request of every poll of a PZEM-016 at address 1, and the length of the reply. */
export const REQUEST = hex`01 04 00 00 00 0A 70 0D`
const REPLY_LENGTH = 25

const POLLS = 20
const TIMEOUT_MS = 200

/** Polls a meter, and prints how long each poll took. */
export async function printPollTimes(port: Port) {
    await port.open()
    // The meter's answers are meaningless for 5 s after power-up. The first poll connects to a gateway, so it does not count.
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
