import { ProgramPanic } from "../sim/spi/board"
import type { ServedUart } from "../sim/spi/served-uart"
import { stepsBeside } from "./burn"
import { showing, type Window } from "./uart-windows"

const REQUEST = Uint8Array.of(0x01, 0x04, 0x00, 0x00, 0x00, 0x0a, 0x70, 0x0d)

/** Where the answer begins in the usual transfer at 9600 bit/s: after 98 bytes of lead and 8 characters of 11 bytes. */
const ANSWER_FROM = 98 + 8 * 11

/**
 * Counts the VM steps from the end of a transfer to the port's next pause: looking for the echo, decoding, and asking
 * the caller whether the answer is complete.
 */
export async function stepsToDecode(uart: ServedUart, window: Window): Promise<number> {
    uart.board.wire.peripheral = showing(window, ANSWER_FROM)
    return await stepsBeside(turns => survives(uart, turns))
}

async function survives(uart: ServedUart, burn: number): Promise<boolean> {
    try {
        await uart.exchange(REQUEST, { burn })
        return true
    } catch (error) {
        if (!(error instanceof ProgramPanic)) throw error
        await uart.create({ baud: 9600, stopBits: 1 })
        return false
    }
}
