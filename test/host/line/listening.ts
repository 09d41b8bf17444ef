import { sleep, type VirtualClock } from "../../../sim/clock"
import type { SerialLine } from "../../../sim/line/serial-line"
import type { Slave } from "../../../sim/meter/slave"
import { bytes, frame, hex } from "../meter/asking"

/** Request and reply of a PZEM-016 at address 1 with 225.7 V, 0.108 A, 24.4 W, 38 Wh (Tasmota source). */
export const REQUEST = bytes("01 04 00 00 00 0A 70 0D")
export const REPLY = "01 04 14 08 D1 00 6C 00 00 00 F4 00 00 00 26 00 00 01 F4 00 64 00 00 51 34"

/** A slave that answers every whole request to its address with the same frame, after the same time. */
export function parrot(address: number, reply: string, latencyMs = 35): Slave {
    return {
        receive(request) {
            if (request[0] !== address || hex(frame(hex(request.slice(0, -2)))) !== hex(request))
                return undefined
            return { bytes: bytes(reply), latencyMs }
        },
    }
}

/** Bytes that the line brought together, and when. */
export interface Piece {
    readonly at: number
    readonly bytes: string
}

/** Records what a line brings. */
export function listen(line: SerialLine, clock: VirtualClock): Piece[] {
    const pieces: Piece[] = []
    const start = clock.now()
    line.onData(data => pieces.push({ at: clock.now() - start, bytes: hex(data) }))
    return pieces
}

/** Sends a request, and returns everything that comes within `ms` as one string. */
export async function exchange(
    line: SerialLine,
    clock: VirtualClock,
    request = REQUEST,
    ms = 500,
): Promise<string> {
    const pieces: string[] = []
    const unsubscribe = line.onData(data => pieces.push(hex(data)))
    line.send(request)
    await sleep(clock, ms)
    unsubscribe()
    return pieces.join(" ")
}
