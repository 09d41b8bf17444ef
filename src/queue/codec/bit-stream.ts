/** Numbers with more bits than this are coded in two parts. */
const PART_BITS = 17
const PART = 131072

/** After this many ones a Golomb-Rice code escapes to a {@link BitStream.sized sized} number: more ones would be longer. */
const MOST_ONES = 8

/** Units of a {@link refit fit} per step of the Golomb-Rice parameter. */
export const FIT = 8
const LARGEST_FIT = 20 * FIT
/** Fit for the lengths of {@link BitStream.sized sized} numbers: every eight bits of length cost one more bit. */
const LENGTH_FIT = 3 * FIT

/**
 * Writes or reads a buffer bit by bit, most significant bit first.
 *
 * Each code has one method for both directions, so that reading always mirrors writing. The method takes the number to
 * write and returns it. When reading, it ignores its argument and returns the number it has read.
 */
export class BitStream {
    /**
     * @param buffer all zeros when writing
     * @param position index of the next bit
     */
    constructor(
        private readonly buffer: Buffer,
        private position: number,
        readonly isWriting: boolean,
    ) {}

    /** Codes a number of `count` bits, where `count` is 0 to 30. */
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

    /** Codes up to 31 ASCII characters. */
    text(given: string): string {
        const length = this.code(given.length, 5)
        let text = ""
        for (let i = 0; i < length; i++) text = text + String.fromCharCode(this.code(given.charCodeAt(i), 7))
        return text
    }

    /** Codes the whole part of `value`, capped at `limit`: that many ones, then a zero if they are fewer than `limit`. */
    ones(value: number, limit: number): number {
        let count = 0
        while (count < limit && this.flag(count + 1 <= value)) count++
        return count
    }

    /**
     * Codes a number from 0 to 2^46; smaller numbers take fewer bits. The code is made of the bits of `value + 1` without the
     * leading one: first how many there are, then the bits.
     */
    sized(value: number): number {
        const next = value + 1
        const length = this.rice(bitLength(next) - 1, LENGTH_FIT)
        const low = Math.min(length, PART_BITS)
        const high = this.code(Math.floor(next / PART), length - low)
        return Math.pow(2, length) + high * PART + this.code(next % PART, low) - 1
    }

    /** Codes a number from 0 to 2^46 that probably suits the {@link refit fit}. */
    rice(value: number, fit: number): number {
        const shift = fit >> 3
        const quotient = this.ones(value / (1 << shift), MOST_ONES)
        if (quotient === MOST_ONES) return this.sized(value)
        return (quotient << shift) + this.code(value, shift)
    }

    /** Whether more bits were written or read than the buffer holds. */
    isExhausted(): boolean {
        return this.position > this.buffer.length * 8
    }
}

/** Maps a signed difference to an unsigned number: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4. */
export function zigzag(difference: number): number {
    return difference < 0 ? -2 * difference - 1 : 2 * difference
}

/** The inverse of {@link zigzag}. */
export function unzigzag(value: number): number {
    return value % 2 === 0 ? value / 2 : (value + 1) / -2
}

/**
 * Adapts a Golomb-Rice code to the number just coded, following H. Malvar, "Adaptive run-length / Golomb-Rice encoding of
 * quantized generalized Gaussian sources with unknown statistics", DCC 2006. A fit is eight times the code's parameter,
 * which is the number of low bits written verbatim.
 */
export function refit(fit: number, value: number): number {
    const excess = value / (1 << (fit >> 3))
    if (excess < 1) return Math.max(fit - 2, 0)
    if (excess < 2) return fit
    return Math.min(fit + 1 + Math.min(Math.floor(excess), MOST_ONES), LARGEST_FIT)
}

/** Number of binary digits of a whole number; 0 for 0. */
export function bitLength(value: number): number {
    let length = 0
    for (; value >= 1; length++) value = value / 2
    return length
}
