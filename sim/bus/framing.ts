/** Longest frame with a one-byte length. Jacdac's own limit is lower. */
const MAX_FRAME = 254

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
