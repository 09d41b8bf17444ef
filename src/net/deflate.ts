/** Bytes of text that are kept, the newest at the end. */
const WINDOW = 512

/** Longest piece that is taken at once; the rest of the window is history. */
const PIECE = 256

/** Where repeats are looked for: at `,"` and at `},{"`, because a name begins behind them. */
const COMMA = 44
const QUOTE = 34
const OPEN = 123
const CLOSE = 125
const COLON = 58

/** Names whose last place is remembered. Of two names that share a slot only the later one is found again. */
const SLOTS = 64

/** A shorter repeat would cost more than its bytes. */
const SHORTEST_MATCH = 4

/** The longest repeat whose length has a code of 7 bits. */
const LONGEST_MATCH = 114

/** The numbers 0 to 15 with their four bits in reverse order: a Huffman code goes out with its first bit first. */
const REVERSED = hex`0008040c020a060e0109050d030b070f`

/** Modulus of Adler-32. */
const ADLER = 65521

/**
 * Compresses ASCII text into a zlib stream (RFC 1950) of one block with fixed Huffman codes (RFC 1951).
 *
 * Made for rows like `,[10,"pump",{"power":284.5},{"energy":1234567}]`, in which the names come again in each row and
 * the numbers do not. So it looks for repeats only where a name begins, and only at the last place of that name:
 * comparing is what costs most in the VM.
 */
export class Deflater {
    private readonly window = Buffer.alloc(WINDOW)
    /** Where each name stood last, 16 bits each, in bytes of text and {@link WINDOW} more. */
    private readonly places = Buffer.alloc(SLOTS * 2)
    /** Bytes of text so far. */
    private position: number
    /** Bytes in `out` so far, and bits that are not there yet. */
    private length: number
    private bits: number
    private bitCount: number
    private adlerA: number
    private adlerB: number

    /** @param out where the stream goes */
    constructor(private readonly out: Buffer) {}

    /** Starts a new stream. */
    begin(): void {
        this.places.fillAt(0, SLOTS * 2, 0)
        this.position = 0
        this.length = 0
        this.bits = 0
        this.bitCount = 0
        this.adlerA = 1
        this.adlerB = 0
        this.put(0x0178, 16) // zlib
        this.put(3, 3) // last block, fixed codes
    }

    /** Whether `bytes` more bytes of text, and the end, are sure to fit. A byte takes eight bits at most. */
    fits(bytes: number): boolean {
        return this.length + bytes + 8 <= this.out.length
    }

    /** Appends text that {@link fits}. */
    write(text: string): void {
        const size = text.byteLength
        for (let at = 0; at < size; at += PIECE) this.append(text, at, Math.min(PIECE, size - at))
    }

    /** Ends the stream. @returns its length in `out` */
    finish(): number {
        this.put(0, 7 + 7) // end of block, and the rest of its last byte
        this.bitCount = 0
        const { adlerA, adlerB } = this
        this.put((adlerB >> 8) | ((adlerB & 255) << 8), 16)
        this.put((adlerA >> 8) | ((adlerA & 255) << 8), 16)
        return this.length
    }

    private append(text: string, from: number, size: number): void {
        const { window } = this
        const start = WINDOW - size
        window.rotate(size)
        window.blitAt(start, text, from, size)
        this.position += size
        let a = this.adlerA
        let b = this.adlerB
        for (let at = start; at < WINDOW; at++) {
            a += window[at]
            b += a
        }
        this.adlerA = a % ADLER
        this.adlerB = b % ADLER
        for (let at = start; at < WINDOW; ) {
            let length = 0
            const byte = window[at]
            if (byte === COMMA && window[at + 1] === QUOTE) length = this.match(at, at + 2)
            else if (byte === CLOSE && window[at + 2] === OPEN) length = this.match(at, at + 4)
            if (length === 0) {
                this.putCode(0x30 + byte, 8)
                length = 1
            }
            at += length
        }
    }

    /**
     * Writes what begins in front of a name as a repeat.
     * @param name where the name begins
     * @returns the length of the repeat, 0 if there is none
     */
    private match(at: number, name: number): number {
        const { window, places } = this
        // What stands up to the colon tells names apart. Behind the name of a node that is the first input, too.
        let key = 0
        for (let i = name; window[i] !== COLON; i++) {
            if (i >= WINDOW) return 0
            key = (key * 17 + window[i]) % SLOTS
        }
        const slot = key * 2
        const place = this.position + at
        const distance = place - places.getAt(slot, "u16")
        places.setAt(slot, "u16", place)
        if (distance > at) return 0
        let length = 0
        while (window[at + length] === window[at + length - distance]) length++
        if (length < SHORTEST_MATCH) return 0
        length = Math.min(length, LONGEST_MATCH)
        this.putNumber(length - 3, 2, 1, 7)
        this.putNumber(distance - 1, 1, 0, 5)
        return length
    }

    /**
     * Writes a length or a distance: a code of `count` bits for its size, then the bits that tell it from others of that
     * size. There are 2 to the power of `split` codes for each number of such bits, twice as many for none; `first` is
     * the code of 0.
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
            this.out[this.length++] = this.bits & 255
            this.bits >>= 8
            this.bitCount -= 8
        }
    }
}
