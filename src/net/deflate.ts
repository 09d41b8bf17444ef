/** Bytes of recent text that are kept, newest last. */
const WINDOW = 512

/** Longest text for one {@link Deflater.write}; the rest of the window is history. */
export const PIECE = 256

/** The shortest repeat that has a code. */
const SHORTEST_MATCH = 3

/** The longest repeat whose length has a code of 7 bits. */
const LONGEST_MATCH = 114

/** How far back a repeat can refer. */
const FARTHEST = 32768

/** Bytes that the end of the stream takes. */
const END = 8

/** The numbers 0 to 15 with their four bits in reverse order, because a Huffman code is written first bit first. */
const REVERSED = hex`0008040c020a060e0109050d030b070f`

/** Modulus of Adler-32. */
const ADLER = 65521

/**
 * Compresses ASCII text into a zlib stream (RFC 1950) of one block with fixed Huffman codes (RFC 1951).
 *
 * It does not search for repeats. The caller knows them, and says where each one stood before. So the deflater needs neither
 * the whole history of the text nor the steps to search it. It only looks in the last {@link WINDOW} bytes how far a repeat
 * continues after its known part, for example into the first digits of a number.
 */
export class Deflater {
    /** Bytes of text so far. */
    position!: number
    private readonly window = Buffer.alloc(WINDOW)
    /** Bytes in `out` so far, and pending bits. Bytes that do not fit are counted and dropped. */
    private length!: number
    private bits!: number
    private bitCount!: number
    private adlerA!: number
    private adlerB!: number
    /** The state that {@link restore} goes back to. */
    private readonly saved: number[] = [0, 0, 0, 0, 0]

    /** @param out receives the stream */
    constructor(private readonly out: Buffer) {}

    /** Starts a new stream. */
    begin(): void {
        this.position = 0
        this.length = 0
        this.bits = 0
        this.bitCount = 0
        this.adlerA = 1
        this.adlerB = 0
        this.put(0x0178, 16) // zlib
        this.put(3, 3) // last block, fixed codes
    }

    /** Whether everything written so far fits into `out`, together with the end of the stream. */
    fits(): boolean {
        return this.length + END <= this.out.length
    }

    /** Saves the state of the stream. */
    save(): void {
        const { saved } = this
        saved[0] = this.length
        saved[1] = this.bits
        saved[2] = this.bitCount
        saved[3] = this.adlerA
        saved[4] = this.adlerB
    }

    /** Undoes all writes since {@link save}. Positions of earlier text are no longer valid for repeats. */
    restore(): void {
        const { saved } = this
        this.length = saved[0]
        this.bits = saved[1]
        this.bitCount = saved[2]
        this.adlerA = saved[3]
        this.adlerB = saved[4]
    }

    /**
     * Appends at most {@link PIECE} bytes of text, which takes some 100 VM steps for each byte that is not part of a repeat.
     * @param known how many bytes of its beginning repeat earlier text; 0 for none
     * @param from value of {@link position} where the earlier text began
     */
    write(text: string, known = 0, from = 0): void {
        const { window } = this
        const size = text.byteLength
        const start = WINDOW - size
        window.rotate(size)
        window.blitAt(start, text, 0, size)
        let a = this.adlerA
        let b = this.adlerB
        for (let at = start; at < WINDOW; at++) {
            a += window[at]
            b += a
        }
        this.adlerA = a % ADLER
        this.adlerB = b % ADLER
        const distance = this.position - from
        this.position += size
        let at = start
        if (known >= SHORTEST_MATCH && distance <= FARTHEST) {
            at += known
            if (distance <= start)
                while (at < WINDOW && window[at] === window[at - distance] && at - start < LONGEST_MATCH) at++
            this.putNumber(at - start - 3, 2, 1, 7)
            this.putNumber(distance - 1, 1, 0, 5)
        }
        for (; at < WINDOW; at++) this.putCode(0x30 + window[at], 8)
    }

    /** Ends the stream. @returns its length in `out` */
    finish(): number {
        this.put(0, 7 + 7) // end of block, and padding of its last byte
        this.bitCount = 0
        const { adlerA, adlerB } = this
        this.put((adlerB >> 8) | ((adlerB & 255) << 8), 16)
        this.put((adlerA >> 8) | ((adlerA & 255) << 8), 16)
        return this.length
    }

    /**
     * Writes a length or a distance: a code of `count` bits for its range, then extra bits for its place in the range. There
     * are 2 to the power of `split` codes for each number of extra bits, but twice as many without extra bits; `first` is the
     * code of 0.
     */
    private putNumber(value: number, split: number, first: number, count: number): void {
        let extra = 0
        while (value >> extra >= 2 << split) extra++
        this.putCode(first + (extra << split) + (value >> extra), count)
        this.put(value & ((1 << extra) - 1), extra)
    }

    /** Writes a Huffman code. */
    private putCode(code: number, count: number): void {
        this.put(((REVERSED[code & 15] << 4) | REVERSED[code >> 4]) >> (8 - count), count)
    }

    private put(value: number, count: number): void {
        this.bits |= value << this.bitCount
        this.bitCount += count
        while (this.bitCount >= 8) {
            if (this.length < this.out.length) this.out[this.length] = this.bits & 255
            this.length++
            this.bits >>= 8
            this.bitCount -= 8
        }
    }
}
