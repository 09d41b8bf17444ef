import { check, type Implausible } from "./plausibility"
import type { Profile } from "./profile"

/**
 * How long a counter must stay on its unexpected course until it is believed: twice the time in which a PZEM talks
 * nonsense after its power came back.
 */
const CONFIRMATION_MS = 10000

/**
 * Lets the plausible values of one meter pass, poll after poll.
 *
 * A counter that jumps is doubted, but not for ever: the meter may have been replaced, reset by somebody else, or
 * its counter may have wrapped. Values that follow the new course for 10 s are the new truth.
 */
export class Gate {
    private passed: number[]
    private passedAt: number
    private doubted: number[]
    private doubtedAt: number
    private doubtedSince: number

    constructor(private readonly profile: Profile) {}

    /**
     * Judges the values of one poll.
     * @param at `ds.millis()` of the poll
     * @returns why they must not be used, or `undefined` if they may
     */
    judge(values: number[], at: number): Implausible | undefined {
        const finding = check(this.profile, this.passed, values, at - this.passedAt)
        if (finding) {
            if (!finding.field.counter) return finding
            if (!this.confirmed(values, at)) return finding
        }
        this.passed = values
        this.passedAt = at
        this.doubted = undefined
        return undefined
    }

    /** Forgets the counters: the next values may begin anywhere, as after a commanded reset. */
    restart() {
        this.passed = undefined
        this.doubted = undefined
    }

    private confirmed(values: number[], at: number): boolean {
        const onCourse =
            this.doubted && check(this.profile, this.doubted, values, at - this.doubtedAt) === undefined
        if (!onCourse) this.doubtedSince = at
        this.doubted = values
        this.doubtedAt = at
        return at - this.doubtedSince >= CONFIRMATION_MS
    }
}
