import { diagnose } from "./diagnosis"
import { ExceptionReply } from "./errors"
import {
    CRC_LIMIT,
    crcFits,
    EXCEPTION_BIT,
    EXCEPTION_LENGTH,
    isRead,
    mayAnswer,
    replyLength,
    SEARCH_LIMIT,
    SHORTEST_FRAME,
} from "./frame"

/** A good reply. */
export interface Reply {
    /** Index of its first byte in the received bytes. */
    readonly offset: number
    /** The registers that were read, each high byte first; for a write, register and value as confirmed. */
    readonly data: Buffer
}

/**
 * Whether `received` holds the complete reply or exception to `request`, so that the port can stop waiting.
 * Cheap enough to call after every byte.
 *
 * @param echoes as for {@link parseReply}
 */
export function replyComplete(request: Buffer, received: Buffer, echoes: boolean): boolean {
    return findReply(request, received, echoes) >= 0
}

/**
 * Finds the reply to `request` among the received bytes. It can follow an echo, noise, and late or foreign answers, and
 * anything can follow it.
 *
 * The reply to a write repeats the request, so it looks just like an echo. If `echoes` is `true`, the first copy of the
 * request counts as the echo, and only the next one as the reply. If in doubt, pass `true`: at worst a good reply is
 * reported as {@link OnlyEcho}, and the register can be read back.
 *
 * @throws a subclass of {@link ModbusError}
 */
export function parseReply(request: Buffer, received: Buffer, echoes: boolean): Reply {
    const offset = findReply(request, received, echoes)
    if (offset < 0) throw diagnose(request, received)
    if (received[offset + 1] & EXCEPTION_BIT) {
        throw new ExceptionReply(request, received, received[offset + 2])
    }
    const dataAt = offset + (isRead(request) ? 3 : 2)
    return { offset, data: received.slice(dataAt, offset + replyLength(request) - 2) }
}

/** Index in `received` of the reply or exception to `request`, or -1. */
function findReply(request: Buffer, received: Buffer, echoes: boolean): number {
    const good = request[1]
    const refused = good | EXCEPTION_BIT
    const goodLength = replyLength(request)
    const end = Math.min(received.length, SEARCH_LIMIT)
    let echoDue = echoes && !isRead(request)
    let crcBytes = 0
    for (let at = 0; at + SHORTEST_FRAME <= end; at++) {
        const functionCode = received[at + 1]
        if (functionCode !== good && functionCode !== refused) continue
        if (!mayAnswer(request, received[at])) continue
        if (functionCode === good && !matches(request, received, at)) continue
        const length = functionCode === good ? goodLength : EXCEPTION_LENGTH
        if (at + length > end) continue
        crcBytes += length
        if (crcBytes > CRC_LIMIT) return -1
        if (!crcFits(received, at, at + length)) continue
        if (!echoDue || functionCode === refused || received[at] !== request[0]) return at
        echoDue = false
        at += length - 1
    }
    return -1
}

/** Whether the bytes at `at` continue as a good reply: to a read with the right byte count, to a write as an exact copy. */
function matches(request: Buffer, received: Buffer, at: number): boolean {
    if (isRead(request)) return received[at + 2] === 2 * request[5]
    for (let i = 2; i < request.length - 2; i++) if (received[at + i] !== request[i]) return false
    return true
}
