import * as ds from "@devicescript/core"

/** How long to wait for a meter's reply to begin, in ms; a PZEM takes about 35. */
export const LATENCY_MS = 170
/** The longest wait for a slower meter, in ms: the slowest meters in public reports take 700. */
export const LONGEST_LATENCY_MS = 1000

/** How long after a time-out a late answer can still come, in ms. */
const LATE_ANSWER_MS = 1200

/**
 * A request lost within {@link LONGEST_REST_MS} after an answer of the same unit may have come too soon. The unit then gets at
 * least the first of these rests, in ms, and at most the second. openHAB rests for 60 ms, openWB for 100.
 */
const FIRST_REST_MS = 60
const LONGEST_REST_MS = 250

/** A unit that has been silent this long is forgotten when a new one is added, in ms. */
const MEMORY_MS = 600000

/** How often to send a request, and how long to wait for its reply. */
export enum Attempts {
    /** Once. */
    Single = 0,
    /** Once, with a wait long enough for the slowest meters. */
    Unhurried = 1,
    /** Once more if the first brings no reply. */
    Repeated = 2,
    /** The same, with a second wait long enough for the slowest meters. */
    Patient = 3,
}

/**
 * What the client has learned about one unit from its answers: how late they begin, how much rest the unit needs after
 * one, and which one may still come.
 *
 * An answer does not say which request it belongs to, only its function and number of registers. So after a failure no
 * request of the same shape is sent until a late answer is no longer expected. Only the retry of a read is sent at once:
 * a late answer to the first attempt is a good answer to the second.
 */
export class UnitPace {
    /** How long to wait for its reply to begin. */
    latencyMs: number
    private answeredAt = -1000000000
    /** `ds.millis()` until which an answer to `unanswered` can still come. */
    lateUntil = 0
    private unanswered: Buffer | undefined = undefined

    /**
     * @param leastMs how long to wait for its reply to begin, at least; late answers lengthen it
     * @param restMs rest after each of its answers, at first; requests that get lost because they came too soon lengthen it
     */
    constructor(
        readonly address: number,
        private readonly leastMs: number,
        private restMs: number,
    ) {
        this.latencyMs = leastMs
    }

    /** How long `request` must wait, in ms; 0 or less when it need not. */
    restBefore(request: Buffer): number {
        const { unanswered } = this
        let from = this.answeredAt + this.restMs
        if (unanswered && looksAlike(unanswered, request)) from = Math.max(from, this.lateUntil)
        return from - ds.millis()
    }

    /** `request` has brought no answer so far. @param sentAt `ds.millis()` when it was sent */
    missed(request: Buffer, sentAt: number) {
        this.lateUntil = ds.millis() + LATE_ANSWER_MS
        this.unanswered = request
        const gap = sentAt - this.answeredAt
        if (gap < LONGEST_REST_MS) this.restMs = Math.min(Math.max(FIRST_REST_MS, gap * 2), LONGEST_REST_MS)
    }

    /**
     * An answer came.
     * @param latencyMs how long after the request it began
     * @param isRepeated the request was a retry, so this may be the late answer to the first attempt. Then the meter is
     *   slow, and only its next answer shows how slow
     * @param longestMs upper limit of the wait for its replies
     */
    answered(latencyMs: number, isRepeated: boolean, longestMs: number) {
        this.answeredAt = ds.millis()
        const isSlow = latencyMs > this.latencyMs
        if (isRepeated) {
            if (isSlow) this.latencyMs = longestMs
        } else if (isSlow || this.latencyMs === longestMs)
            this.latencyMs = Math.min(Math.max(Math.ceil((latencyMs * 4) / 3), this.leastMs), longestMs)
    }

    /** Whether it answered lately, or still may. */
    isOfUse(): boolean {
        return Math.max(this.lateUntil, this.answeredAt + MEMORY_MS) > ds.millis()
    }
}

/** Whether an answer to one could be mistaken for an answer to the other. */
function looksAlike(a: Buffer, b: Buffer): boolean {
    return a[1] === b[1] && a[4] === b[4] && a[5] === b[5]
}
