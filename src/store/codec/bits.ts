/** Lengths in bits below this stand before a number of that length; this one stands before one of 34 bits. */
const LONG = 31
const HALF_LONG = 131072

/** Writes numbers of any width one behind the other into a piece of a buffer, most significant bit first. */
export class BitWriter {
    private overflow = false
    /** Bits that do not fill a byte yet, and how many these are. */
    private bits = 0
    private pending = 0
    private committedBits = 0
    private committedPending = 0
    private committedIndex = 0

    /**
     * @param buffer holds zeros where is to be written
     * @param index byte to begin with
     * @param end byte behind the last
     */
    constructor(
        private readonly buffer: Buffer,
        private index: number,
        private readonly end: number,
    ) {
        this.committedIndex = index
    }

    /**
     * @param value 0 to 2^count - 1
     * @param count 0 to 23
     */
    put(value: number, count: number) {
        let pending = this.pending + count
        const bits = (this.bits << count) | value
        while (pending >= 8) {
            pending = pending - 8
            this.putByte(bits >> pending)
        }
        this.bits = bits & ((1 << pending) - 1)
        this.pending = pending
    }

    putFlag(flag: boolean) {
        this.put(flag ? 1 : 0, 1)
    }

    /** A number from 0 to 2^34 - 1, the shorter the smaller it is. */
    putSized(value: number) {
        const length = bitLength(value)
        if (length >= LONG) {
            this.put(LONG, 5)
            const high = Math.floor(value / HALF_LONG)
            this.put(high, 17)
            this.put(value - high * HALF_LONG, 17)
            return
        }
        this.put(length, 5)
        if (length < 2) return
        // the leading one goes without saying
        const rest = value - (1 << (length - 1))
        this.put(rest >> 15, Math.max(length - 16, 0))
        this.put(rest & 0x7fff, Math.min(length - 1, 15))
    }

    /**
     * Makes all that was put readable, or, if it did not fit, takes back what was put since the last commit.
     * @returns whether it fitted
     */
    commit(): boolean {
        if (this.pending > 0) {
            this.putByte(this.bits << (8 - this.pending))
            this.index--
        }
        if (this.overflow) {
            this.rollBack()
            return false
        }
        this.committedBits = this.bits
        this.committedPending = this.pending
        this.committedIndex = this.index
        return true
    }

    private rollBack() {
        const { buffer, committedIndex, committedPending } = this
        for (let i = committedIndex; i < this.end; i++) buffer[i] = 0
        this.index = committedIndex
        this.bits = this.committedBits
        this.pending = committedPending
        if (committedPending > 0) buffer[committedIndex] = this.bits << (8 - committedPending)
        this.overflow = false
    }

    private putByte(byte: number) {
        if (this.index < this.end) this.buffer[this.index] = byte & 0xff
        else this.overflow = true
        this.index++
    }
}

/** Reads what a {@link BitWriter} has written. Behind the end there are zeros. */
export class BitReader {
    /** Bits of the bytes before `index` that were not read, and how many these are. */
    private bits = 0
    private pending = 0

    /**
     * @param index byte to begin with
     * @param end byte behind the last
     */
    constructor(
        private readonly buffer: Buffer,
        private index: number,
        private readonly end: number,
    ) {}

    /** @param count 0 to 23 */
    get(count: number): number {
        let pending = this.pending
        let bits = this.bits
        while (pending < count) {
            bits = (bits << 8) | this.getByte()
            pending = pending + 8
        }
        pending = pending - count
        this.pending = pending
        this.bits = bits & ((1 << pending) - 1)
        return bits >> pending
    }

    getFlag(): boolean {
        return this.get(1) === 1
    }

    getSized(): number {
        const length = this.get(5)
        if (length < 2) return length
        if (length === LONG) {
            const high = this.get(17)
            return high * HALF_LONG + this.get(17)
        }
        const high = this.get(Math.max(length - 16, 0))
        const low = this.get(Math.min(length - 1, 15))
        return (1 << (length - 1)) + (high << 15) + low
    }

    /** Counts ones up to the next zero, which is read, too; or up to `limit`. */
    getOnes(limit: number): number {
        let count = 0
        while (count < limit && this.get(1) === 1) count++
        return count
    }

    /** Looks again at the byte in hand, in case that more has been written into it. */
    refresh() {
        if (this.pending > 0) this.bits = this.buffer[this.index - 1] & ((1 << this.pending) - 1)
    }

    /** Whether more was read than was there. */
    exhausted(): boolean {
        return this.index > this.end
    }

    private getByte(): number {
        const byte = this.index < this.end ? this.buffer[this.index] : 0
        this.index++
        return byte
    }
}

/** Digits of a whole number in binary; none for 0. */
export function bitLength(value: number): number {
    let length = 0
    let limit = 1
    while (limit <= value) {
        limit = limit * 2
        length++
    }
    return length
}
