import { ProgramPanic } from "../sim/spi/board"
import type { ServedUart } from "../sim/spi/served-uart"
import { showing, type Window } from "./uart-windows"

/** Steps that a program may take without a pause; at the next one the VM stops it (`DEVS_MAX_STEPS` - 1). */
const SLICE_STEPS = 128 * 1024 - 1

/** Steps of one turn of an empty `for` loop: compare, increment, jump. */
const STEPS_PER_TURN = 9

const REQUEST = Uint8Array.of(0x01, 0x04, 0x00, 0x00, 0x00, 0x0a, 0x70, 0x0d)

/** Where the answer begins in the usual transfer at 9600 bit/s: after 98 bytes of lead and 8 characters of 11 bytes. */
const ANSWER_FROM = 98 + 8 * 11

/**
 * Counts the VM steps from the end of a transfer to the port's next pause: looking for the echo, decoding, and asking
 * the caller whether that is enough.
 *
 * In the same slice the caller burns steps in an empty loop. The number of turns at which the VM stops the program
 * tells how many steps were left: exact up to one turn, to the safe side.
 */
export async function stepsToDecode(uart: ServedUart, window: Window): Promise<number> {
    uart.board.wire.peripheral = showing(window, ANSWER_FROM)
    let enough = 0
    let tooMany = Math.ceil(SLICE_STEPS / STEPS_PER_TURN)
    while (tooMany - enough > 1) {
        const turns = (enough + tooMany) >> 1
        if (await survives(uart, turns)) enough = turns
        else tooMany = turns
    }
    return SLICE_STEPS - enough * STEPS_PER_TURN
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
