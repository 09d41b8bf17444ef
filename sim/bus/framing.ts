import { crc } from "jacdac-ts"

/** Longest frame with a one-byte length. Jacdac's own limit is lower. */
const MAX_FRAME = 254

/** CRC, size, flags and device identifier of a Jacdac frame. */
const HEADER = 12
/** Size, service and command of a packet; a frame holds at least one. */
const PACKET_HEADER = 4
/** What packets may take in a frame: one header and the longest payload. */
const MOST_DATA = 240
/** Where these stand, counted from the length byte before the frame. */
const SIZE_AT = 3
const FLAGS_AT = 4
/** A command, an acknowledgement wanted, a service class in place of a device. The others never leave a device. */
const FLAGS = 0x01 | 0x02 | 0x04

/** A Jacdac frame as it travels over TCP: with its length in one byte before it. */
export function framed(frame: Uint8Array): Uint8Array {
    if (frame.length > MAX_FRAME) throw new RangeError(`A Jacdac frame of ${frame.length} bytes`)
    return Uint8Array.from([frame.length, ...frame])
}

/** Takes frames out of the pieces in which TCP brings them. */
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

/** A byte came that no Jacdac frame has at its place. */
export class NotJacdac extends Error {
    /** @param at which byte since the connection began, from 0; the last of a frame for one with a wrong CRC */
    constructor(readonly at: number) {
        super(`byte ${at} is none of a Jacdac frame`)
        this.name = "NotJacdac"
    }
}

/**
 * A {@link FrameReader} that ends at the first byte that no frame can have at its place.
 *
 * A request of HTTP has no control character where a frame has its flags, whatever its method: so none gets a frame
 * through, nor does what begins as TLS, a web socket or STUN.
 */
export class StrictFrameReader {
    /** Length byte and frame, as far as they have come. */
    private begun: number[] = []
    private count = 0

    constructor(private readonly onFrame: (frame: Uint8Array) => void) {}

    /** @throws NotJacdac when the frames before that byte have been handed on */
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

/** @param begun length byte and the beginning of a frame; all but the last byte are known to be possible */
function isPossible(begun: readonly number[]): boolean {
    const length = begun[0]!
    const last = begun.length - 1
    const data = length - HEADER
    if (last === 0) return data >= PACKET_HEADER && data <= MOST_DATA
    if (last === SIZE_AT) return begun[last] === data
    if (last === FLAGS_AT) return (begun[last]! & ~FLAGS) === 0
    return last < length || crc(Uint8Array.from(begun.slice(SIZE_AT))) === begun[1]! + 256 * begun[2]!
}
