/** Numbers are written in two parts where they are longer than this. */
const PART_BITS = 17
const PART = 131072

/** Golomb-Rice codes with more ones than this would be longer than the number itself. */
const MOST_ONES = 8

/** One step of a {@link refit fit}. */
export const FIT = 8
const LARGEST_FIT = 20 * FIT
/** What suits the lengths of {@link BitStream.sized} numbers: each eight bits more cost one more. */
const LENGTH_FIT = 3 * FIT

/**
 * Bits in a buffer, most significant first, either written or read one behind the other.
 *
 * Each code has one method for both directions, so that what is written can be read: it takes the number to be written
 * and returns the number; when reading, what it takes means nothing.
 */
export class BitStream {
    /**
     * @param buffer when writing, zeros
     * @param position of the next bit
     */
    constructor(
        private readonly buffer: Buffer,
        private position: number,
        readonly isWriting: boolean,
    ) {}

    /** A number of `count` bits, 0 to 30. */
    code(value: number, count: number): number {
        const { buffer, isWriting } = this
        let { position } = this
        let result = 0
        while (count > 0) {
            const index = position >> 3
            const room = 8 - (position & 7)
            const taken = Math.min(room, count)
            const byte = buffer[index] ?? 0
            count = count - taken
            let bits = (isWriting ? value >> count : byte >> (room - taken)) & ((1 << taken) - 1)
            result = (result << taken) | bits
            bits = bits << (room - taken)
            if (isWriting && index < buffer.length) buffer[index] = byte | bits
            position = position + taken
        }
        this.position = position
        return result
    }

    flag(value: boolean): boolean {
        return this.code(value ? 1 : 0, 1) === 1
    }

    /** Up to 31 characters of ASCII; anything when reading. */
    text(given: string): string {
        const length = this.code(given.length, 5)
        let text = ""
        for (let i = 0; i < length; i++) text = text + String.fromCharCode(this.code(given.charCodeAt(i), 7))
        return text
    }

    /** The whole part of a number from 0 to `limit` as so many ones, and a zero if that is not clear yet. */
    ones(value: number, limit: number): number {
        let count = 0
        while (count < limit && this.flag(count + 1 <= value)) count++
        return count
    }

    /** A number from 0 to 2^46, the shorter the smaller it is: the length of the next one, and its bits behind the first. */
    sized(value: number): number {
        const next = value + 1
        const length = this.rice(bitLength(next) - 1, LENGTH_FIT)
        const low = Math.min(length, PART_BITS)
        const high = this.code(Math.floor(next / PART), length - low)
        return Math.pow(2, length) + high * PART + this.code(next % PART, low) - 1
    }

    /** A number from 0 to 2^46 that is likely to suit the {@link refit fit}. */
    rice(value: number, fit: number): number {
        const shift = fit >> 3
        const quotient = this.ones(value / (1 << shift), MOST_ONES)
        if (quotient === MOST_ONES) return this.sized(value)
        return (quotient << shift) + this.code(value, shift)
    }

    /** Whether there is more than the buffer can hold, or more was read than it holds. */
    isExhausted(): boolean {
        return this.position > this.buffer.length * 8
    }
}

/** A difference as a number without sign: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4. */
export function zigzag(difference: number): number {
    return difference < 0 ? -2 * difference - 1 : 2 * difference
}

/** The difference that {@link zigzag} made `value` of. */
export function unzigzag(value: number): number {
    return value % 2 === 0 ? value / 2 : (value + 1) / -2
}

/**
 * Adapts a Golomb-Rice code after a number was coded, after H. Malvar, "Adaptive run-length / Golomb-Rice encoding of
 * quantized generalized Gaussian sources with unknown statistics", DCC 2006. A fit is eight times the code's parameter:
 * the number of low bits that are written as they are.
 */
export function refit(fit: number, value: number): number {
    const excess = value / (1 << (fit >> 3))
    if (excess < 1) return Math.max(fit - 2, 0)
    if (excess < 2) return fit
    return Math.min(fit + 1 + Math.min(Math.floor(excess), MOST_ONES), LARGEST_FIT)
}

/** Digits of a whole number in binary; none for 0. */
export function bitLength(value: number): number {
    let length = 0
    for (; value >= 1; length++) value = value / 2
    return length
}
