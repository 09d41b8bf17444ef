import { check, hasCounter, type Implausible } from "./plausibility"
import type { Reading } from "./profile"

/**
 * How long a counter must keep its unexpected course before it is believed, in ms: twice as long as a PZEM talks nonsense
 * after power-up. Nonsense most often reads 0, so a counter at 0 must stay there longer.
 */
const CONFIRMATION_MS = 10000
const ZERO_CONFIRMATION_MS = 30000

/** Most readings held back at a time. */
const MOST_HELD = 12

/** How long after a commanded reset a meter can still show its old count, in ms. */
const OLD_COUNT_MS = 10000

/** Result of {@link Gate.judge}. */
export interface Judgement {
    /** Readings that can be used now, oldest first: none, the judged one, or also those held back before it. */
    readonly passed: Reading[]
    /**
     * Why the judged reading cannot be used, or not yet. `undefined` if it passed, and for the very first one, which only
     * waits for a second.
     */
    readonly finding?: Implausible
}

/**
 * Passes only the plausible readings of one meter.
 *
 * The first reading waits until a second one continues its counters. A later reading whose counter jumps is held back, but
 * not forever: somebody may have replaced or reset the meter. Once readings have followed the new course for 10 s, or 30 s
 * at 0, they are believed, and those held back meanwhile pass with them.
 */
export class Gate {
    /** The reading that passed last; `undefined` while there is none to compare with. */
    last: Reading | undefined = undefined
    /** Readings held back, each consistent with the one before. */
    private held: Reading[] = []
    /** When a commanded reset was noticed whose jump is still expected; otherwise 0. */
    private restartedAt = 0

    judge(reading: Reading): Judgement {
        let jump = check(reading, this.last)
        if (jump && !jump.isJump) return { passed: [], finding: jump }
        if (jump && this.restartedAt > 0) {
            jump = undefined
            this.last = undefined
            this.held = []
            this.restartedAt = 0
        }
        if (reading.at >= this.restartedAt + OLD_COUNT_MS) this.restartedAt = 0
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
     * Accepts a jump as a new start of the counters, as after a commanded reset. A meter may show its old count a moment
     * longer; once a reading 10 s later continues it, no jump is expected any more.
     * @param at time of the next reading
     */
    restart(at: number) {
        this.restartedAt = at
    }

    /** Holds a reading back. @returns why it does not continue those held so far; `undefined` if it does */
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
