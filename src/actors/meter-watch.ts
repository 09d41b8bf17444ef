import * as ds from "@devicescript/core"
import { Gate } from "../meters/gate"
import type { Meter } from "../meters/profile"
import { NoAnswer, OnlyEcho } from "../modbus/errors"

/** Polls that a meter may miss before its value counts as unknown. */
export const UNKNOWN_AFTER = 2

/** A meter that stays silent is asked at least this often, in ms. */
const LONGEST_PAUSE_MS = 60000

/** What the poller knows of one meter: whether it answers, may be believed, and is worth asking this round. */
export class MeterWatch {
    /** Polls missed in a row. */
    missed = 0
    /** When its answers begin to mean something. */
    private believeFrom: number
    private silent = false
    private pause = 0
    readonly gate: Gate

    constructor(
        readonly meter: Meter,
        private readonly pollMs: number,
    ) {
        this.gate = new Gate(meter.profile)
        // The chip is often powered from the meter, so both have just started.
        this.believeFrom = ds.millis() + meter.profile.settleMs
    }

    /** Whether to ask it in this round. A silent meter is left out of more and more rounds. */
    isDue(): boolean {
        if (this.pause === 0) return true
        this.pause--
        return false
    }

    /** Whether it is known to be missing, so that asking twice would only cost the others time. */
    isMissing(): boolean {
        return this.missed >= UNKNOWN_AFTER
    }

    /**
     * It has answered.
     * @returns whether the answer means something; not in the seconds after it came back from silence, for then it
     * has probably just been switched on
     */
    answered(): boolean {
        const now = ds.millis()
        if (this.silent) {
            this.silent = false
            this.believeFrom = now + this.meter.profile.settleMs
        }
        return now >= this.believeFrom
    }

    /** A poll brought nothing usable. */
    failed(error: Error) {
        this.missed++
        if (error instanceof NoAnswer || error instanceof OnlyEcho) this.silent = true
        if (!this.isMissing()) return
        const longest = Math.floor(LONGEST_PAUSE_MS / this.pollMs)
        this.pause = Math.min(Math.pow(2, Math.min(this.missed - UNKNOWN_AFTER, 10)), longest)
    }
}
