/** Jitter: each wait is lengthened by up to this fraction, so that a village of devices does not come back in step. */
const JITTER = 0.25

/** Growing waits between failed attempts. After a success, discard it and use a new one. */
export class Backoff {
    private failures = 0

    /**
     * @param firstMs wait after the first failure
     * @param capMs longest wait, jitter not included
     */
    constructor(
        private readonly firstMs: number,
        private readonly capMs: number,
    ) {}

    /** The wait after one more failure, in ms: doubled each time up to the cap, plus up to a quarter at random. */
    next(): number {
        let wait = this.firstMs
        for (let i = 0; i < this.failures && wait < this.capMs; i++) wait = wait * 2
        this.failures++
        return Math.round(Math.min(wait, this.capMs) * (1 + JITTER * Math.random()))
    }
}
