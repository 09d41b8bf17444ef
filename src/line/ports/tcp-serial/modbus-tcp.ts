import { crc16 } from "../../modbus/crc16"
import { EXCEPTION_BIT } from "../../modbus/frame"
import { GatewayError, type GatewayProtocol } from "./protocol"

/** Bytes of the MBAP header up to its length field, which counts what follows it. */
const HEADER = 6

/** What the length field may say: unit and function code at least; unit and a PDU of 253 bytes at most. */
const SHORTEST = 2
const LONGEST = 254

/** Exceptions of the gateway itself, not of the meter. */
const PATH_UNAVAILABLE = 10
const TARGET_SILENT = 11

/**
 * Modbus TCP ("MODBUS Messaging on TCP/IP Implementation Guide", V1.0b): a frame of the line without its CRC, behind
 * a header of transaction, protocol 0, and length. The CRC is put on here, so that the rest of the program sees the
 * line as if it were its own.
 *
 * The transaction tells a late reply to an earlier request from the reply that is waited for. A gateway that reports
 * that the meter did not answer is heard as silence.
 */
export class ModbusTcp implements GatewayProtocol {
    private transaction = 0
    private awaited = false
    private over = false
    private reply = hex``
    /** The beginning of a message that is not whole yet. */
    private pending = hex``

    begin(request: Buffer): Buffer {
        this.transaction = (this.transaction + 1) & 0xffff
        this.awaited = true
        this.over = false
        this.reply = hex``
        const body = request.length - 2
        const message = Buffer.alloc(HEADER + body)
        message[0] = this.transaction >> 8
        message[1] = this.transaction
        message[5] = body
        message.blitAt(HEADER, request, 0, body)
        return message
    }

    hear(bytes: Buffer): void {
        let rest = this.pending.concat(bytes)
        while (rest.length >= HEADER) {
            const end = HEADER + bodyLength(rest)
            if (rest.length < end) break
            this.take(rest, end)
            rest = rest.slice(end)
        }
        this.pending = rest
    }

    received(): Buffer {
        return this.reply
    }

    isOver(): boolean {
        return this.over
    }

    reset(): void {
        this.pending = hex``
        this.awaited = false
    }

    /** Takes the whole message at the front of `bytes`. */
    private take(bytes: Buffer, end: number): void {
        const transaction = (bytes[0] << 8) | bytes[1]
        if (!this.awaited || transaction !== this.transaction) return
        this.awaited = false
        this.over = true
        const exception = bytes[HEADER + 1] & EXCEPTION_BIT ? bytes[HEADER + 2] : 0
        if (exception === TARGET_SILENT) return
        if (exception === PATH_UNAVAILABLE) {
            throw new GatewayError("the gateway has no way to the meters", "look at its serial settings")
        }
        this.reply = withCrc(bytes, end)
    }
}

/** What the length field says. @throws GatewayError when the header is none */
function bodyLength(bytes: Buffer): number {
    const length = (bytes[4] << 8) | bytes[5]
    if (bytes[2] === 0 && bytes[3] === 0 && length >= SHORTEST && length <= LONGEST) return length
    const start = bytes.slice(0, HEADER).toString("hex")
    throw new GatewayError('"' + start + '" does not begin a Modbus TCP message', "try the mode rtu-over-tcp")
}

/** The frame as the line had it. */
function withCrc(bytes: Buffer, end: number): Buffer {
    const length = end - HEADER
    const frame = Buffer.alloc(length + 2)
    frame.blitAt(0, bytes, HEADER, length)
    const crc = crc16(frame, 0, length)
    frame[length] = crc
    frame[length + 1] = crc >> 8
    return frame
}
