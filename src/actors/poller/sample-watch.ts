import type { Judgement } from "../../line/meters/gate"
import { check, hasCounter } from "../../line/meters/plausibility"
import type { Reading } from "../../line/meters/profile"
import { Statistics } from "../../line/meters/statistics"
import { MeterWatch } from "./meter-watch"

/**
 * What the poller knows about a meter from its samples. The rounds do not use it: a lost sample costs no reading, and only
 * the rounds decide whether the meter is known.
 */
export class SampleWatch extends MeterWatch {
    /** Statistics of the samples since the last round. */
    readonly statistics: Statistics

    /** @param slots what the rounds know about the meter */
    constructor(readonly slots: MeterWatch) {
        super(slots.meter, slots.gate)
        this.statistics = new Statistics(slots.meter.profile.table)
    }

    /**
     * Adds a sample that continues the readings. A counter jump is left to the next round to report; until a reading of a
     * round has passed, nothing is gathered.
     */
    sample(reading: Reading): Judgement {
        const { last } = this.gate
        const doubt = check(reading, last)
        if (doubt && !doubt.isJump) return { passed: [], finding: doubt }
        if (!doubt && (last || !hasCounter(this.meter.profile))) this.statistics.add(reading.values)
        return { passed: [] }
    }

    /** Adds the reading of a round, if it is plausible by itself, and puts the statistics into it. */
    complete(reading: Reading) {
        const doubt = check(reading)
        if (doubt) return
        const { values } = reading
        this.statistics.add(values)
        this.statistics.moveTo(values)
    }

    /** Called after a round. A meter that was silent in it may have lost its power. */
    learn() {
        if (this.slots.silent) this.silent = true
    }

    protected override enter(): boolean {
        return false
    }
}
