import type { Judgement } from "../../line/meters/gate"
import { check, hasCounter } from "../../line/meters/plausibility"
import type { Reading } from "../../line/meters/profile"
import { Statistics } from "../../line/meters/statistics"
import { MeterWatch } from "./meter-watch"

/**
 * What the poller knows of a meter by its samples. The rounds of the slots do not learn of it: so a lost sample costs no
 * reading, and only they decide whether the meter is known.
 */
export class SampleWatch extends MeterWatch {
    /** Of the samples since the last slot. */
    readonly statistics: Statistics

    /** @param slots what the rounds of the slots know */
    constructor(readonly slots: MeterWatch) {
        super(slots.meter, slots.gate)
        this.statistics = new Statistics(slots.meter.profile.table)
    }

    /**
     * Takes in a sample that continues the readings. A counter that jumps is for the next slot's reading to tell of: until
     * that has passed, nothing is gathered.
     */
    sample(reading: Reading): Judgement {
        const { last } = this.gate
        const doubt = check(reading, last)
        if (doubt && !doubt.isJump) return { passed: [], finding: doubt }
        if (!doubt && (last || !hasCounter(this.meter.profile))) this.statistics.add(reading.values)
        return { passed: [] }
    }

    /** Takes in the reading of a slot, if it is possible as such, and gives it the statistics. */
    complete(reading: Reading) {
        const doubt = check(reading)
        if (doubt) return
        const { values } = reading
        this.statistics.add(values)
        this.statistics.moveTo(values)
    }

    /** The rounds of a slot have been held. A meter that was silent then has perhaps lost its power. */
    learn() {
        if (this.slots.silent) this.silent = true
    }

    protected override enter(): boolean {
        return false
    }
}
