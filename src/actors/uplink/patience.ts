import { type Cause, reactionTo } from "./failure"

/** First and longest rest after failures that may pass by themselves, in ms; up to a quarter is added to each rest. */
const FIRST_RETRY_MS = 5000
const LONGEST_RETRY_MS = 48000
/** How long an outage must last for rests to grow further, and the longest rest then, in ms. */
const LONG_OUTAGE_MS = 7200000
const LONGEST_LATE_RETRY_MS = 240000
/** First and longest rest after failures that only the owner can fix, in ms. */
const FIRST_WAIT_MS = 60000
const LONGEST_WAIT_MS = 480000
/** Longest rest that a server can ask for, in ms. */
const LONGEST_ASKED_MS = 600000
/** How often a rest is doubled at most. */
const MOST_DOUBLINGS = 6

/** How long to rest after failures in a row. */
export class Patience {
    /** `ds.millis()` of the first failure; `undefined` while uploads work. */
    private since: number | undefined
    private failures!: number
    /** Failures that look as if only the owner could fix them. */
    private refusals!: number
    private hasWorked = false

    constructor() {
        this.begin()
    }

    /** Notes a success. */
    relieve() {
        this.begin()
        this.hasWorked = true
    }

    private begin() {
        this.since = undefined
        this.failures = 0
        this.refusals = 0
    }

    /**
     * Notes a failure.
     * @returns whether only the owner can fix it. If uploads have worked before, they may work again by themselves, and the
     * first refusal may come from a server that is just starting.
     */
    note(cause: Cause): boolean {
        return reactionTo(cause) === "wait for owner" && ++this.refusals > 1 && !this.hasWorked
    }

    /**
     * @param now `ds.millis()`
     * @param forOwner see {@link note}
     * @param askedMs rest that the server asks for; 0, less, or NaN if none
     * @returns the rest in ms
     */
    rest(now: number, forOwner: boolean, askedMs: number): number {
        this.since = this.since ?? now
        if (askedMs > 0) return Math.min(Math.max(askedMs, 1000), LONGEST_ASKED_MS)
        let first = FIRST_RETRY_MS
        let longest = now - this.since > LONG_OUTAGE_MS ? LONGEST_LATE_RETRY_MS : LONGEST_RETRY_MS
        let doublings = this.failures++
        if (forOwner) {
            first = FIRST_WAIT_MS
            longest = LONGEST_WAIT_MS
            doublings = this.refusals - 2
        }
        return Math.round(
            Math.min(first << Math.min(doublings, MOST_DOUBLINGS), longest) * (1 + Math.random() / 4),
        )
    }
}
