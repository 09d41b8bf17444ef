import { check, hasCounter, type Implausible } from "./plausibility"
import type { Reading } from "./profile"

/**
 * How long a counter must stay on its unexpected course until it is believed: twice the time in which a PZEM talks
 * nonsense after its power came back. A counter that stands at 0 is what nonsense looks like most often, and must do so
 * longer.
 */
const CONFIRMATION_MS = 10000
const ZERO_CONFIRMATION_MS = 30000

/** Doubted readings that are kept at most. */
const MOST_HELD = 12

/** What {@link Gate.judge} found. */
export interface Judgement {
    /** Readings that may be used now, oldest first: none, the one that was judged, or those held back before it too. */
    readonly passed: Reading[]
    /** Why the judged one may not be used, or not yet. `undefined` for the first of all, which only waits for a second. */
    readonly finding?: Implausible
}

/**
 * Lets the plausible readings of one meter pass, poll after poll.
 *
 * The first reading waits until a second one continues its counters. A later reading whose counter jumps is held back, but
 * not for ever: the meter may have been replaced or reset by somebody else. Readings that follow the new course for 10 s
 * are the new truth, and those that were held back meanwhile pass with them.
 */
export class Gate {
    /** The reading that passed last; `undefined` while none counts. */
    last: Reading | undefined = undefined
    /** Doubted readings, each of which continues the course of the one before. */
    private held: Reading[] = []
    private isJumpExpected = false

    judge(reading: Reading): Judgement {
        let jump = check(reading, this.last)
        if (jump && !jump.isJump) return { passed: [], finding: jump }
        if (jump && this.isJumpExpected) {
            this.isJumpExpected = false
            jump = undefined
            this.last = undefined
            this.held = []
        }
        const { last } = this
        let passed = [reading]
        if (jump || (!last && hasCounter(reading.meter.profile))) {
            const finding = this.hold(reading) ?? jump
            passed = this.held
            const heldMs = reading.at - passed[0].at
            const enough = jump ? heldMs >= confirmationMs(jump) : passed.length > 1
            if (!enough) return { passed: [], finding }
        }
        this.held = []
        this.last = reading
        return { passed }
    }

    /**
     * The next jump begins the counters anew, as after a commanded reset. Until then readings go on as they did: a meter shows
     * its old counter a moment longer.
     */
    restart() {
        this.isJumpExpected = true
    }

    /** Puts a reading behind those of its course. @returns why it begins a course of its own; `undefined` if it does not */
    private hold(reading: Reading): Implausible | undefined {
        const { held } = this
        const finding = held.length > 0 ? check(reading, held[held.length - 1]) : undefined
        if (finding) this.held = [reading]
        else held.push(reading)
        if (held.length > MOST_HELD) held.insert(1, -1)
        return finding
    }
}

function confirmationMs({ value }: Implausible): number {
    return value === 0 ? ZERO_CONFIRMATION_MS : CONFIRMATION_MS
}
