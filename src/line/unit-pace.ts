import * as ds from "@devicescript/core"

/** How long a meter may take before its reply begins, in ms; a PZEM takes about 35. */
export const LATENCY_MS = 170
/** The longest that is waited for one that is slower, in ms: the slowest meters in public reports take 700. */
export const LONGEST_LATENCY_MS = 1000

/** A late answer is not expected any more so long after its time-out, in ms. */
const LATE_ANSWER_MS = 1200

/** A request that got lost sooner than this after an answer of the same unit may have come too soon, in ms. */
const TOO_SOON_MS = 100
/** The rest that such a unit gets at first, and at most, in ms. openHAB rests for 60 ms, openWB for 100. */
const FIRST_REST_MS = 60
const LONGEST_REST_MS = 250

/** A unit that has not answered for so long is forgotten when another is met, in ms. */
const MEMORY_MS = 600000

/** How often a request is worth sending, and how long its reply is worth waiting for. */
export enum Attempts {
    /** Once. */
    Single = 0,
    /** Once, and the reply may take as long as that of the slowest meters. */
    Unhurried = 1,
    /** Once more when the first brings nothing. */
    Repeated = 2,
    /** The same, and the second reply may take as long as that of the slowest meters. */
    Patient = 3,
}

/**
 * What a line has learnt of one unit from its own answers: how late they begin, how long it wants to be left alone
 * after one, and which one may still come.
 *
 * An answer does not say which request it belongs to, only which function and how many registers. So after a failure no
 * request of the same shape is sent until a late answer is not expected any more. Only the repetition of a read comes at
 * once: a late answer to the first is a good answer to the second.
 */
export class UnitPace {
    private answeredAt = -1000000000
    /** `ds.millis()` until which an answer to `unanswered` may still come. */
    lateUntil = 0
    private unanswered: Buffer | undefined = undefined

    /**
     * @param latencyMs how long its reply may take to begin; learnt from its own late answers where it takes longer
     * @param restMs how long it is left alone after an answer, learnt where requests get lost for coming too soon
     */
    constructor(
        readonly address: number,
        public latencyMs: number,
        private restMs: number,
    ) {}

    /** How long `request` must wait, in ms; 0 or less when it need not. */
    restBefore(request: Buffer): number {
        const now = ds.millis()
        const { unanswered } = this
        let from = this.answeredAt + this.restMs
        if (unanswered && looksAlike(unanswered, request)) from = Math.max(from, this.lateUntil)
        return from - now
    }

    /** `request` brought nothing that is its answer by now. @param sentAt `ds.millis()` when it went out */
    missed(request: Buffer, sentAt: number) {
        this.lateUntil = ds.millis() + LATE_ANSWER_MS
        this.unanswered = request
        const gap = sentAt - this.answeredAt
        if (gap < TOO_SOON_MS + this.restMs)
            this.restMs = Math.min(Math.max(FIRST_REST_MS, gap * 2), LONGEST_REST_MS)
    }

    /**
     * The answer came.
     * @param latencyMs how long after the request it began
     * @param isRepeated the request was a repetition: it may be the late answer to the first, so the meter is slow, but
     *   how slow the next answer must show
     * @param longestMs what its patience may become
     */
    answered(latencyMs: number, isRepeated: boolean, longestMs: number) {
        this.answeredAt = ds.millis()
        const isSlow = latencyMs > this.latencyMs
        if (isRepeated) {
            if (isSlow) this.latencyMs = longestMs
        } else if (isSlow || this.latencyMs === longestMs)
            this.latencyMs = Math.min(Math.max(Math.ceil((latencyMs * 4) / 3), LATENCY_MS), longestMs)
    }

    /** Whether anything was learnt lately. */
    isOfUse(): boolean {
        const now = ds.millis()
        return this.lateUntil > now || this.answeredAt + MEMORY_MS > now
    }
}

/** Whether the answer to one could be taken for the answer to the other. */
function looksAlike(a: Buffer, b: Buffer): boolean {
    return a[1] === b[1] && a[4] === b[4] && a[5] === b[5]
}
