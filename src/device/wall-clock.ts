/** What a {@link WallClock} made of a server's date. */
export enum DateVerdict {
    /** It fits, and the estimate is the better for it. */
    Agreed = 0,
    /** It is before the floor: the server's clock was never set. */
    BelowFloor = 1,
    /** It does not fit what the clock knows; kept in mind, not believed yet. */
    Doubted = 2,
    /** The server has insisted: the clock follows its jump. */
    Followed = 3,
}

/** No date before this program was written can be true: 2026-01-01T00:00:00Z in ms. */
export const FLOOR_MS = 1767225600000

/** HTTP dates are whole seconds: the true time is up to this much later, in ms. */
const RESOLUTION_MS = 1000

/** How much the chip's crystal and the server may drift apart: 100 ms in 1000 s. */
const DRIFT = 0.0001

/** How many dates in a row must tell of the same jump before it is followed. */
const INSISTENCE = 3

/**
 * For so long a server must have told of a jump into the past before it is followed, in ms: a server without a clock chip
 * comes back from a power cut with an old time, until it has asked for the right one. One into the future is such a server
 * that has been told.
 */
const PAST_HOLD_MS = 1800000

/** Two dates tell of the same jump when they are that close, in ms. */
const SAME_JUMP_MS = 3000

/**
 * Estimates the wall clock from the dates of a server's answers. Pure: the caller brings the readings of the
 * monotonic clock.
 *
 * A date is a whole second, stamped between the moment the request was sent and the moment the answer came. So each
 * one bounds the offset between the two clocks from below and from above, and the bounds of many cut each other
 * down to far less than a second. Between the answers the bounds widen by the drift that crystals have.
 */
export class WallClock {
    /** Whether {@link now} means anything. */
    known = false
    private low = 0
    private high = 0
    private boundedAt = 0
    private doubts = 0
    private doubtedLow = 0
    private doubtedSince = 0

    /**
     * Takes one answer into account.
     * @param dateMs the `Date` header in ms since the Unix epoch
     * @param sentAt monotonic time in ms before the request left
     * @param receivedAt monotonic time in ms after the header came
     */
    observe(dateMs: number, sentAt: number, receivedAt: number): DateVerdict {
        if (dateMs < FLOOR_MS) return DateVerdict.BelowFloor
        let low = dateMs - receivedAt
        let high = dateMs + RESOLUTION_MS - sentAt
        let verdict = DateVerdict.Agreed
        if (this.known) {
            const slack = Math.max(0, receivedAt - this.boundedAt) * DRIFT
            const lowest = this.low - slack
            const highest = this.high + slack
            if (low <= highest && high >= lowest) {
                low = Math.max(low, lowest)
                high = Math.min(high, highest)
            } else {
                if (this.doubts > 0 && Math.abs(low - this.doubtedLow) < SAME_JUMP_MS) this.doubts++
                else {
                    this.doubts = 1
                    this.doubtedSince = sentAt
                }
                this.doubtedLow = low
                const holdMs = high < lowest ? PAST_HOLD_MS : 0
                if (this.doubts < INSISTENCE || sentAt - this.doubtedSince < holdMs)
                    return DateVerdict.Doubted
                verdict = DateVerdict.Followed
            }
        }
        this.known = true
        this.doubts = 0
        this.low = low
        this.high = high
        this.boundedAt = receivedAt
        return verdict
    }

    /** Wall time minus monotonic time, in ms. */
    offset(): number {
        return (this.low + this.high) / 2
    }

    /** How far the estimate may be off to either side, in ms. */
    uncertainty(): number {
        return (this.high - this.low) / 2
    }
}
