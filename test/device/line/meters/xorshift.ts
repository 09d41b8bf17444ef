/** Pseudo-random numbers, always the same sequence (Marsaglia's xorshift32). */
export class Xorshift {
    private state = 0x2545f491

    /** An unsigned 32-bit number. */
    next(): number {
        this.state ^= this.state << 13
        this.state ^= this.state >>> 17
        this.state ^= this.state << 5
        return this.state >>> 0
    }

    /** A whole number from 0 to just below `limit`. Avoids the VM's `%`, which works on signed 32-bit numbers. */
    below(limit: number): number {
        return Math.floor((this.next() / 4294967296) * limit)
    }
}
