import { crc16 } from "./crc16"
import {
    CrcMismatch,
    ForeignAddress,
    Garbled,
    type ModbusError,
    NoAnswer,
    OnlyEcho,
    Truncated,
    WrongConfirmation,
    WrongFunction,
    WrongLength,
} from "./errors"
import {
    CRC_LIMIT,
    carriedCrc,
    crcFits,
    EXCEPTION_BIT,
    EXCEPTION_LENGTH,
    FunctionCode,
    isRead,
    mayAnswer,
    replyLength,
    SEARCH_LIMIT,
    SHORTEST_FRAME,
} from "./frame"

/** Finds out what `received` is, given that it holds no reply to `request`. */
export function diagnose(request: Buffer, received: Buffer): ModbusError {
    if (received.length === 0) return new NoAnswer(request)
    const start = echoEnd(request, received)
    if (start === received.length) return new OnlyEcho(request, received)
    return wholeFrame(request, received, start) ?? damagedReply(request, received, start)
}

/** Index after the first exact copy of the request; 0 if there is none. */
function echoEnd(request: Buffer, received: Buffer): number {
    const end = Math.min(received.length, SEARCH_LIMIT)
    for (let at = 0; at + request.length <= end; at++) {
        let i = 0
        while (i < request.length && received[at + i] === request[i]) i++
        if (i === request.length) return at + i
    }
    return 0
}

/** The error for the first complete frame with a correct CRC; `undefined` if there is none. */
function wholeFrame(request: Buffer, received: Buffer, start: number): ModbusError | undefined {
    const end = Math.min(received.length, SEARCH_LIMIT)
    let crcBytes = 0
    for (let at = start; at + SHORTEST_FRAME <= end; at++) {
        const length = lengthAt(received, at)
        if (length === 0 || at + length > end) continue
        crcBytes += length
        if (crcBytes > CRC_LIMIT) return undefined
        if (!crcFits(received, at, at + length)) continue
        if (!mayAnswer(request, received[at])) return new ForeignAddress(request, received, received[at])
        const functionCode = received[at + 1]
        if (functionCode !== request[1]) return new WrongFunction(request, received, functionCode)
        if (!isRead(request)) return new WrongConfirmation(request, received)
        return new WrongLength(request, received, 2 * request[5], received[at + 2])
    }
    return undefined
}

/** Length of a reply that begins at `at`, by its own function code and byte count; 0 if it cannot be a reply. */
function lengthAt(received: Buffer, at: number): number {
    const functionCode = received[at + 1]
    let length: number
    switch (functionCode & ~EXCEPTION_BIT) {
        case FunctionCode.ReadHoldingRegisters:
        case FunctionCode.ReadInputRegisters:
            length = 5 + received[at + 2]
            break
        case FunctionCode.WriteSingleRegister:
            length = 8
            break
        case FunctionCode.ResetEnergy:
            length = 4
            break
        default:
            return 0
    }
    return functionCode & EXCEPTION_BIT ? EXCEPTION_LENGTH : length
}

/** The error for a reply that begins correctly but is cut short or has a wrong CRC; else {@link Garbled}. */
function damagedReply(request: Buffer, received: Buffer, start: number): ModbusError {
    const good = request[1]
    const refused = good | EXCEPTION_BIT
    const end = Math.min(received.length, SEARCH_LIMIT)
    for (let at = start; at < end; at++) {
        const functionCode = at + 1 < received.length ? received[at + 1] : good
        if (functionCode !== good && functionCode !== refused) continue
        if (!mayAnswer(request, received[at])) continue
        const length = functionCode === good ? replyLength(request) : EXCEPTION_LENGTH
        const close = at + length
        if (close > end) return new Truncated(request, received, length, end - at)
        return new CrcMismatch(request, received, crc16(received, at, close - 2), carriedCrc(received, close))
    }
    return new Garbled(request, received)
}
