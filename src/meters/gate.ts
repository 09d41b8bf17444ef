import { check, type Implausible } from "./plausibility"
import type { Profile, Reading } from "./profile"

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
    private last: Reading
    private held: Reading[] = []

    constructor(private readonly profile: Profile) {}

    judge(reading: Reading): Judgement {
        const finding = this.compare(this.last, reading)
        if (finding && !finding.field.counter) return { passed: [], finding }
        let passed = [reading]
        if (finding) {
            this.hold(reading)
            if (reading.at - this.held[0].at < CONFIRMATION_MS) return { passed: [], finding }
            passed = this.held
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

    /** Keeps a doubted reading with those whose course it continues, or begins a new course with it. */
    private hold(reading: Reading) {
        const { held } = this
        if (held.length > 0 && this.compare(held[held.length - 1], reading)) this.held = []
        this.held.push(reading)
    }

    private compare(previous: Reading, reading: Reading): Implausible {
        const elapsedMs = previous ? reading.at - previous.at : 0
        return check(this.profile, previous?.values, reading.values, elapsedMs)
    }
}
