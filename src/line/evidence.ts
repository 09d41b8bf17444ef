import { crc16 } from "./modbus/crc16"
import type { ModbusError } from "./modbus/errors"
import { crcFits, isRead, replyLength } from "./modbus/frame"

/** What the bytes of a failed read show beyond the name of its error. */
export enum Evidence {
    None = 0,
    /** The reply without its first byte: the adapter was still sending when the meter began. */
    FrontCut = 1,
    /** The reply without its last byte: the adapter switched direction too soon. */
    EndCut = 2,
    /** The reply with each bit inverted: the wires A and B are swapped. */
    Inverted = 3,
}

/** Looks for a cut or inverted reply in the bytes of a failed read. Pure. */
export function evidenceIn({ request, received }: ModbusError): Evidence {
    if (!isRead(request)) return Evidence.None
    const length = replyLength(request)
    const cut = length - 1
    for (let at = 0; at + cut <= received.length; at++) {
        const bytes = received.slice(at, Math.min(at + length, received.length))
        if (bytes.length === length && isReply(request, inverted(bytes))) return Evidence.Inverted
        if (isReply(request, hex`00`.concat(bytes.slice(0, cut)), request[0])) return Evidence.FrontCut
        if (hasLowCrc(request, bytes, cut)) return Evidence.EndCut
    }
    return Evidence.None
}

function isReply(request: Buffer, frame: Buffer, address = frame[0]): boolean {
    frame[0] = address
    return begins(request, frame) && crcFits(frame, 0, frame.length)
}

/** Whether `bytes` is a reply up to the first byte of its CRC, and that byte is correct. */
function hasLowCrc(request: Buffer, bytes: Buffer, length: number): boolean {
    return begins(request, bytes) && (crc16(bytes, 0, length - 1) & 0xff) === bytes[length - 1]
}

function begins(request: Buffer, frame: Buffer): boolean {
    return frame[0] === request[0] && frame[1] === request[1] && frame[2] === 2 * request[5]
}

function inverted(bytes: Buffer): Buffer {
    const result = Buffer.alloc(bytes.length)
    for (let i = 0; i < bytes.length; i++) result[i] = ~bytes[i]
    return result
}
