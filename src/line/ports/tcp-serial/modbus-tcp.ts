import { crc16 } from "../../modbus/crc16"
import { type ModbusError, NotModbusTcp, WrongTransaction } from "../../modbus/errors"
import { EXCEPTION_BIT } from "../../modbus/frame"
import type { GatewayProtocol } from "./protocol"

/** Bytes of the MBAP header up to and including its length field, which counts the bytes after it. */
const HEADER = 6

/** Range of the length field: at least unit and function code, at most unit and a PDU of 253 bytes. */
const SHORTEST = 2
const LONGEST = 254

/** Exception code with which the gateway reports that the unit did not answer: the line was silent. */
const TARGET_SILENT = 11

/** Bytes kept while no reply is found in them: room for a complete message, and as much before it. */
const KEPT = 2 * (HEADER + LONGEST)

/**
 * Modbus TCP ("MODBUS Messaging on TCP/IP Implementation Guide", V1.0b): a frame of the line without its CRC, after a
 * header of transaction ID, protocol 0, and length. This class adds the CRC, so that the rest of the program sees the same
 * frames as on a line of its own.
 *
 * The transaction ID distinguishes the expected reply from everything else: late replies, and the heartbeats and
 * registration texts that many gateways send, even right before a reply. So it is searched for anywhere in the stream.
 */
export class ModbusTcp implements GatewayProtocol {
    private transaction = 0
    private request!: Buffer
    private over = false
    private reply = hex``
    /** Bytes since the request, until they contain a reply. */
    private heard = hex``
    /** The reply does not begin before this index in `heard`. */
    private from = 0

    begin(request: Buffer): Buffer {
        this.transaction = (this.transaction + 1) & 0xffff
        this.request = request
        this.over = false
        this.reply = hex``
        this.heard = hex``
        this.from = 0
        const body = request.length - 2
        const message = Buffer.alloc(HEADER + body)
        message[0] = this.transaction >> 8
        message[1] = this.transaction
        message[5] = body
        message.blitAt(HEADER, request, 0, body)
        return message
    }

    hear(bytes: Buffer): void {
        if (this.over) return
        let heard = this.heard.concat(bytes)
        const surplus = heard.length - KEPT
        if (surplus > 0) {
            heard = heard.slice(surplus, heard.length)
            this.from = Math.max(0, this.from - surplus)
        }
        this.heard = heard
        const at = this.findMine()
        if (at < 0) return
        this.over = true
        const end = at + HEADER + heard[at + 5]
        const isException = (heard[at + HEADER + 1] & EXCEPTION_BIT) !== 0
        if (isException && heard[at + HEADER + 2] === TARGET_SILENT) return
        // An exception from the gateway itself can carry the gateway's own unit.
        if (isException) heard[at + HEADER] = this.request[0]
        this.reply = withCrc(heard, at + HEADER, end)
    }

    received(): Buffer {
        return this.reply
    }

    isOver(): boolean {
        return this.over
    }

    complaint(): ModbusError | undefined {
        const { heard, request } = this
        if (this.over || heard.length === 0) return undefined
        const at = this.findOther()
        if (at >= 0) return new WrongTransaction(request, heard, this.transaction, transactionAt(heard, at))
        // A heartbeat is no answer; bytes that begin with the meter's address are one, but not in Modbus TCP.
        return heard[0] === request[0] ? new NotModbusTcp(request, heard) : undefined
    }

    /** Index of the complete reply, or -1. Looks at each byte only once. */
    private findMine(): number {
        const { heard, transaction } = this
        const low = transaction & 0xff
        const last = heard.length - HEADER
        for (let at = this.from; at <= last; at++) {
            if (heard[at + 1] !== low || transactionAt(heard, at) !== transaction) continue
            this.from = at
            const length = lengthAt(heard, at)
            if (length === 0) continue
            return at + HEADER + length <= heard.length ? at : -1
        }
        this.from = Math.max(this.from, last + 1)
        return -1
    }

    /** Index of a complete message of the same unit and function, with any transaction ID, or -1. */
    private findOther(): number {
        const { heard, request } = this
        for (let at = 0; at + HEADER + SHORTEST <= heard.length; at++) {
            const length = lengthAt(heard, at)
            if (length === 0 || at + HEADER + length > heard.length) continue
            if (heard[at + HEADER] !== request[0]) continue
            if ((heard[at + HEADER + 1] & ~EXCEPTION_BIT) === request[1]) return at
        }
        return -1
    }
}

/** Length field of the header at `at`; 0 if there is no header. */
function lengthAt(bytes: Buffer, at: number): number {
    if (bytes[at + 2] !== 0 || bytes[at + 3] !== 0 || bytes[at + 4] !== 0) return 0
    const length = bytes[at + 5]
    return length < SHORTEST || length > LONGEST ? 0 : length
}

function transactionAt(bytes: Buffer, at: number): number {
    return (bytes[at] << 8) | bytes[at + 1]
}

/** The frame from `start` up to, not including, `end`, with the CRC that it had on the line. */
function withCrc(bytes: Buffer, start: number, end: number): Buffer {
    const length = end - start
    const frame = Buffer.alloc(length + 2)
    frame.blitAt(0, bytes, start, length)
    const crc = crc16(frame, 0, length)
    frame[length] = crc
    frame[length + 1] = crc >> 8
    return frame
}
