import { crc } from "jacdac-ts"

/** Longest frame with a one-byte length. Jacdac's own limit is lower. */
const MAX_FRAME = 254

/** CRC, size, flags and device identifier of a Jacdac frame. */
const HEADER = 12
/** Size, service and command of a packet. A frame holds at least one packet. */
const PACKET_HEADER = 4
/** Most bytes that packets can take in a frame: one header and the longest payload. */
const MOST_DATA = 240
/** Offsets of size and flags, counted from the length byte before the frame. */
const SIZE_AT = 3
const FLAGS_AT = 4
/**
 * Flags that can come over TCP: command, acknowledgement requested, service class instead of device. The others never leave
 * a device.
 */
const FLAGS = 0x01 | 0x02 | 0x04

/** A Jacdac frame as it travels over TCP: preceded by its length in one byte. */
export function framed(frame: Uint8Array): Uint8Array {
    if (frame.length > MAX_FRAME) throw new RangeError(`A Jacdac frame cannot have ${frame.length} bytes`)
    return Uint8Array.from([frame.length, ...frame])
}

/** Extracts frames from the chunks that TCP delivers. */
export class FrameReader {
    private rest: Buffer = Buffer.alloc(0)

    constructor(private readonly onFrame: (frame: Uint8Array) => void) {}

    read(piece: Uint8Array): void {
        const bytes = Buffer.concat([this.rest, piece])
        let at = 0
        while (at < bytes.length && at + 1 + bytes[at]! <= bytes.length) {
            const end = at + 1 + bytes[at]!
            this.onFrame(Uint8Array.from(bytes.subarray(at + 1, end)))
            at = end
        }
        this.rest = bytes.subarray(at)
    }
}

/** A byte that no Jacdac frame can have in its position. */
export class NotJacdac extends Error {
    /** @param at index of the byte since the connection began, from 0; for a wrong CRC, that of the frame's last byte */
    constructor(readonly at: number) {
        super(`byte ${at} does not belong to a Jacdac frame`)
        this.name = "NotJacdac"
    }
}

/**
 * A {@link FrameReader} that stops at the first byte that no frame can have in its position.
 *
 * An HTTP request, whatever its method, has no control character in the position of the flags, so no request passes as a
 * frame. Neither does the beginning of TLS, WebSocket or STUN.
 */
export class StrictFrameReader {
    /** Length byte and frame, as far as received. */
    private begun: number[] = []
    private count = 0

    constructor(private readonly onFrame: (frame: Uint8Array) => void) {}

    /** @throws NotJacdac after passing on the frames before the bad byte */
    read(piece: Uint8Array): void {
        for (const byte of piece) {
            this.begun.push(byte)
            if (!isPossible(this.begun)) throw new NotJacdac(this.count)
            this.count++
            if (this.begun.length <= this.begun[0]!) continue
            const frame = Uint8Array.from(this.begun.slice(1))
            this.begun = []
            this.onFrame(frame)
        }
    }
}

/** @param begun length byte and the beginning of a frame; all bytes but the last have passed this check */
function isPossible(begun: readonly number[]): boolean {
    const length = begun[0]!
    const last = begun.length - 1
    const data = length - HEADER
    if (last === 0) return data >= PACKET_HEADER && data <= MOST_DATA
    if (last === SIZE_AT) return begun[last] === data
    if (last === FLAGS_AT) return (begun[last]! & ~FLAGS) === 0
    return last < length || crc(Uint8Array.from(begun.slice(SIZE_AT))) === begun[1]! + 256 * begun[2]!
}
