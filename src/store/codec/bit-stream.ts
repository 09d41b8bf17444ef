/** Lengths in bits below this stand before a number; this one stands before one of 34 bits. */
const LONG = 31
/** Numbers are written in two halves where they are longer than 17 bits. */
const HALF_BITS = 17
const HALF = 131072

/** Golomb-Rice codes with more ones than this would be longer than the number itself. */
const MOST_ONES = 8

/** One step of a {@link refit fit}. */
export const FIT = 8
const LARGEST_FIT = 20 * FIT

/**
 * Bits in a buffer, most significant first, either written or read one behind the other.
 *
 * Each code has one method for both directions, so that what is written can be read: it takes the number to be written
 * and returns the number; when reading, what it takes means nothing.
 */
export class BitStream {
    /** Bits in hand, and how many these are: not written yet, or not read yet. */
    private bits = 0
    private pending = 0

    /**
     * @param buffer when writing, zeros
     * @param index of the next byte
     */
    constructor(
        private readonly buffer: Buffer,
        private index: number,
        readonly isWriting: boolean,
    ) {}

    /** A number of `count` bits, 0 to 23. */
    code(value: number, count: number): number {
        let pending = this.pending
        let bits = this.bits
        if (this.isWriting) {
            bits = (bits << count) | value
            pending = pending + count
            while (pending >= 8) {
                pending = pending - 8
                this.putByte(bits >> pending)
                this.index++
            }
        } else {
            while (pending < count) {
                bits = (bits << 8) | (this.buffer[this.index] ?? 0)
                pending = pending + 8
                this.index++
            }
            pending = pending - count
            value = bits >> pending
        }
        this.pending = pending
        this.bits = bits & ((1 << pending) - 1)
        return value
    }

    flag(value: boolean): boolean {
        return this.code(value ? 1 : 0, 1) === 1
    }

    /** A number from 0 to `limit` as so many ones, and a zero if that is not clear yet. */
    ones(value: number, limit: number): number {
        let count = 0
        while (count < limit && this.flag(count < value)) count++
        return count
    }

    /** A number from 0 to 2^34 - 1, the shorter the smaller it is. */
    sized(value: number): number {
        const length = this.code(Math.min(bitLength(value), LONG), 5)
        if (length < 2) return length
        // the first one of the others goes without saying
        const bits = length === LONG ? 34 : length - 1
        const rest = length === LONG ? value : value - (1 << bits)
        const high = this.code(Math.floor(rest / HALF), Math.max(bits - HALF_BITS, 0))
        const low = this.code(rest - Math.floor(rest / HALF) * HALF, Math.min(bits, HALF_BITS))
        return high * HALF + low + (length === LONG ? 0 : 1 << bits)
    }

    /** A number from 0 to 2^34 - 1 that is likely to suit the {@link refit fit}. */
    rice(value: number, fit: number): number {
        const shift = fit >> 3
        const quotient = this.ones(Math.min(Math.floor(value / (1 << shift)), MOST_ONES), MOST_ONES)
        if (quotient === MOST_ONES) return this.sized(value)
        const high = quotient << shift
        return high + this.code(value - high, shift)
    }

    /**
     * When writing: makes all that was written readable.
     * @returns whether it fitted
     */
    flush(): boolean {
        if (this.pending > 0) this.putByte(this.bits << (8 - this.pending))
        return !this.isExhausted()
    }

    /** Whether there is more than the buffer can hold, or more was read than it holds. */
    isExhausted(): boolean {
        return this.index + (this.isWriting && this.pending > 0 ? 1 : 0) > this.buffer.length
    }

    private putByte(byte: number) {
        if (this.index < this.buffer.length) this.buffer[this.index] = byte & 0xff
    }
}

/** A difference as a number without sign: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4. */
export function zigzag(difference: number): number {
    return difference < 0 ? -2 * difference - 1 : 2 * difference
}

/** The difference that {@link zigzag} made `value` of. */
export function unzigzag(value: number): number {
    const half = Math.floor(value / 2)
    return value === 2 * half ? half : -half - 1
}

/**
 * Adapts a Golomb-Rice code after a number was coded, after H. Malvar, "Adaptive run-length / Golomb-Rice encoding of
 * quantized generalized Gaussian sources with unknown statistics", DCC 2006. A fit is eight times the code's parameter:
 * the number of low bits that are written as they are.
 */
export function refit(fit: number, value: number): number {
    const step = 1 << (fit >> 3)
    if (value < step) return Math.max(fit - 2, 0)
    if (value < 2 * step) return fit
    return Math.min(fit + 1 + Math.min(Math.floor(value / step), MOST_ONES), LARGEST_FIT)
}

/** Digits of a whole number in binary; none for 0. */
export function bitLength(value: number): number {
    if (value >= 65536) return 16 + bitLength(Math.floor(value / 65536))
    let length = 0
    for (let limit = 1; limit <= value; limit = limit * 2) length++
    return length
}
