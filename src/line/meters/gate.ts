import { check, type Implausible } from "./plausibility"
import type { Reading } from "./profile"

/**
 * How long a counter must stay on its unexpected course until it is believed: twice the time in which a PZEM talks
 * nonsense after its power came back.
 */
const CONFIRMATION_MS = 10000

/** What {@link Gate.judge} found. */
export interface Judgement {
    /** Readings that may be used now, oldest first: none, the one that was judged, or those held back before it too. */
    readonly passed: Reading[]
    /** Why the judged one may not be used, or not yet. */
    readonly finding?: Implausible
}

/**
 * Lets the plausible readings of one meter pass, poll after poll.
 *
 * A reading whose counter jumps is held back, but not for ever: the meter may have been replaced, reset by somebody
 * else, or its counter may have wrapped. Readings that follow the new course for 10 s are the new truth, and those that
 * were held back meanwhile pass with them.
 */
export class Gate {
    private last: Reading = undefined
    /** Doubted readings, each of which continues the course of the one before. */
    private held: Reading[] = []

    judge(reading: Reading): Judgement {
        const finding = check(reading, this.last)
        let passed = [reading]
        if (finding) {
            if (!finding.field.counter) return { passed: [], finding }
            const { held } = this
            if (held.length > 0 && check(reading, held[held.length - 1])) this.held = []
            this.held.push(reading)
            passed = this.held
            if (reading.at - passed[0].at < CONFIRMATION_MS) return { passed: [], finding }
        }
        this.held = []
        this.last = reading
        return { passed }
    }

    /** Forgets the counters: the next reading may begin anywhere, as after a commanded reset. */
    restart() {
        this.last = undefined
        this.held = []
    }
}
