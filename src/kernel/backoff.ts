/** Jitter: a wait is lengthened by up to this share, so that a village of devices does not come back in step. */
const JITTER = 0.25

/** Growing waits between the attempts of somebody who keeps failing; after a success it is forgotten. */
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

    /** The wait in ms after one more failure: doubled each time up to the cap, plus up to a quarter by chance. */
    next(): number {
        let wait = this.firstMs
        for (let i = 0; i < this.failures && wait < this.capMs; i++) wait = wait * 2
        this.failures++
        return Math.round(Math.min(wait, this.capMs) * (1 + JITTER * Math.random()))
    }
}
