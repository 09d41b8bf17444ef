/** Bytes of text that are kept, the newest at the end. */
const WINDOW = 512

/** Longest piece that is taken at once; the rest of the window is history. */
const PIECE = 256

/** Where repeats are looked for: at a comma and a quote, because a name begins there. */
const COMMA = 44
const QUOTE = 34

/** Places of earlier names are kept in buckets, a few in each, chosen by the name. */
const BUCKETS = 16
const BUCKET = 4

/** A shorter repeat would cost more than its bytes. */
const SHORTEST_MATCH = 4

/** Length that the format counts from. */
const MATCH_BASE = 3

/** The numbers 0 to 15 with their four bits in reverse order: a Huffman code goes out with its first bit first. */
const REVERSED = hex`0008040c020a060e0109050d030b070f`

/** Modulus of Adler-32. */
const ADLER = 65521

/**
 * Compresses text into a zlib stream (RFC 1950) of one block with fixed Huffman codes (RFC 1951).
 *
 * Made for rows like `,[10,"pump",{"power":284.5,"energy":1234567}]`, in which the names come again in each row and
 * the numbers do not. So it looks for repeats only where a name begins, and only at the last four places that looked
 * alike: comparing is what costs most in the VM.
 */
export class Deflater {
    private readonly window = Buffer.alloc(WINDOW)
    /** Positions of earlier names in the text, 16 bits each, the newest first in each bucket. */
    private readonly places = Buffer.alloc(BUCKETS * BUCKET * 2)
    /** Bytes of text so far. */
    private position = 0
    /** Bytes in `out` so far, and bits that are not there yet. */
    private length = 0
    private bits = 0
    private bitCount = 0
    private adlerA = 1
    private adlerB = 0

    /** @param out where the stream goes */
    constructor(private readonly out: Buffer) {}

    /** Starts a new stream. */
    begin(): void {
        this.places.fillAt(0, this.places.length, 0)
        this.position = 0
        this.adlerA = 1
        this.adlerB = 0
        this.bits = 0
        this.bitCount = 0
        this.out[0] = 0x78
        this.out[1] = 0x01
        this.length = 2
        this.put(3, 3) // last block, fixed codes
    }

    /** Whether `bytes` more bytes of text, and the end, are sure to fit. A byte takes nine bits at most. */
    fits(bytes: number): boolean {
        return this.length + ((bytes * 9) >> 3) + 8 <= this.out.length
    }

    /** Appends text that {@link fits}. */
    write(text: string): void {
        const size = text.byteLength
        for (let at = 0; at < size; at += PIECE) this.append(text, at, Math.min(PIECE, size - at))
    }

    /** Ends the stream. @returns its length in `out` */
    finish(): number {
        this.put(0, 7) // end of block
        this.put(0, 7) // fills the last byte
        for (const half of [this.adlerB, this.adlerA]) {
            this.out[this.length++] = half >> 8
            this.out[this.length++] = half & 255
        }
        return this.length
    }

    private append(text: string, from: number, size: number): void {
        const { window } = this
        window.rotate(size)
        window.blitAt(WINDOW - size, text, from, size)
        this.sum(size)
        this.position += size
        for (let at = WINDOW - size; at < WINDOW; ) {
            const byte = window[at]
            const length = byte === COMMA && window[at + 1] === QUOTE ? this.match(at) : 0
            if (length === 0) this.literal(byte)
            at += length === 0 ? 1 : length
        }
    }

    private sum(size: number): void {
        const { window } = this
        let a = this.adlerA
        let b = this.adlerB
        for (let at = WINDOW - size; at < WINDOW; at++) {
            a += window[at]
            b += a
        }
        this.adlerA = a % ADLER
        this.adlerB = b % ADLER
    }

    /** Writes the longest repeat of what begins with a name. @returns its length, 0 if there is none */
    private match(at: number): number {
        const { window, places } = this
        const position = this.position - WINDOW + at
        const bucket = this.bucket(at)
        let length = SHORTEST_MATCH - 1
        let distance = 0
        for (let i = bucket; i < bucket + 2 * BUCKET; i += 2) {
            const back = (position - places.getAt(i, "u16")) & 0xffff
            if (back === 0 || back > position || back > at) continue
            // Only one that is the same there too can be longer.
            if (window[at + length] !== window[at + length - back]) continue
            const same = this.compare(at, back)
            if (same <= length) continue
            length = same
            distance = back
        }
        places.rotate(-2, bucket, bucket + 2 * BUCKET)
        places.setAt(bucket, "u16", position & 0xffff)
        if (distance === 0) return 0
        this.putLength(length)
        this.putDistance(distance)
        return length
    }

    /** Names are told apart by their length and their last letters: those of one meter may begin alike. */
    private bucket(at: number): number {
        const { window } = this
        const end = window.indexOf(QUOTE, at + 2)
        const key = end < 0 ? 0 : (end - at) * 5 + window[end - 1] * 3 + window[end - 2]
        return (key % BUCKETS) * BUCKET * 2
    }

    private compare(at: number, back: number): number {
        const { window } = this
        let p = at
        while (p < WINDOW && window[p] === window[p - back]) p++
        return p - at
    }

    private literal(byte: number): void {
        if (byte < 144) this.put(reversed(0x30 + byte), 8)
        else this.put((reversed(byte) << 1) | 1, 9)
    }

    private putLength(length: number): void {
        const value = length - MATCH_BASE
        const extra = value < 8 ? 0 : highestBit(value) - 2
        const symbol = value < 8 ? value + 1 : 4 * extra + 5 + ((value >> extra) & 3)
        const rest = value & ((1 << extra) - 1)
        if (symbol < 24) this.put((reversed(symbol) >> 1) | (rest << 7), 7 + extra)
        else this.put(reversed(0xc0 + symbol - 24) | (rest << 8), 8 + extra)
    }

    private putDistance(distance: number): void {
        const value = distance - 1
        const extra = value < 4 ? 0 : highestBit(value) - 1
        const symbol = value < 4 ? value : 2 * extra + 2 + ((value >> extra) & 1)
        const rest = value & ((1 << extra) - 1)
        this.put((reversed(symbol) >> 3) | (rest << 5), 5 + extra)
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

/** Eight bits in reverse order. */
function reversed(byte: number): number {
    return (REVERSED[byte & 15] << 4) | REVERSED[byte >> 4]
}

function highestBit(value: number): number {
    let bit = -1
    for (let rest = value; rest > 0; rest >>= 1) bit++
    return bit
}
