import * as ds from "@devicescript/core"
import { Actor } from "../kernel/actor"
import { debug } from "../kernel/log"
import { Mailbox } from "../kernel/mailbox"
import type { Topic } from "../kernel/topic"
import type { Master } from "../line/master"
import { pollRegisters } from "../line/poll"
import { decode } from "../meters/decode"
import { ImplausibleReading } from "../meters/implausible-reading"
import type { Meter, Reading } from "../meters/profile"
import { MeterWatch } from "./meter-watch"
import type { ClockEstimate } from "./timekeeper"

/** A poll brought nothing that could be used. */
export interface LineTrouble {
    readonly meter: Meter
    readonly at: number
    /** A `ModbusError`, a `PortError`, or an {@link ImplausibleReading}. */
    readonly error: Error
    /** Polls missed in a row, this one included. */
    readonly missed: number
}

/**
 * Owns the line: asks every meter in turn, once an interval, and publishes what they say.
 *
 * Once the wall clock is known the rounds begin at its multiples of the interval, since an EmonCMS feed has one slot
 * for each.
 */
export class Poller extends Actor<undefined> {
    private readonly watches: MeterWatch[]
    private due: number
    /** Wall time minus monotonic time in ms; `undefined` until known. */
    private offset: number

    constructor(
        private readonly master: Master,
        meters: Meter[],
        private readonly pollMs: number,
        private readonly readings: Topic<Reading>,
        private readonly troubles: Topic<LineTrouble>,
        clock: Topic<ClockEstimate>,
    ) {
        super("poller", new Mailbox<undefined>(1, "keep-latest"))
        this.watches = meters.map(meter => new MeterWatch(meter, pollMs))
        this.listen(clock, this.setClock)
        let settleMs = 0
        for (const meter of meters) settleMs = Math.max(settleMs, meter.profile.settleMs)
        this.due = ds.millis() + settleMs
    }

    protected override nextDue(): number {
        return this.due
    }

    protected override async tick() {
        const round = this.due
        for (const watch of this.watches) {
            if (watch.isDue()) await this.poll(watch)
            this.beat = ds.millis()
        }
        this.due = this.nextRound(round)
    }

    private async poll(watch: MeterWatch) {
        try {
            await this.read(watch)
        } catch (e) {
            const error = e as Error
            watch.failed(error)
            this.troubles.publish({ meter: watch.meter, at: ds.millis(), error, missed: watch.missed })
        }
    }

    private async read(watch: MeterWatch) {
        const { meter, gate } = watch
        const registers = await pollRegisters(this.master, meter, !watch.isMissing())
        const at = ds.millis()
        if (!watch.answered()) {
            debug("poller", () => meter.name + " has just come back, its answer is not used")
            return
        }
        const { passed, finding } = gate.judge({ meter, at, values: decode(meter.profile, registers) })
        for (const reading of passed) this.readings.publish(reading)
        if (finding) throw new ImplausibleReading(finding, registers)
        watch.missed = 0
    }

    private setClock(estimate: ClockEstimate) {
        this.offset = estimate.offset
    }

    /** When the round after `last` is due. Rounds that could not be held in time are left out. */
    private nextRound(last: number): number {
        const { pollMs, offset } = this
        let next = last + pollMs
        if (offset !== undefined) {
            // Half an interval at least from the last one, so that no two fall into one slot.
            next = Math.ceil((last + pollMs / 2 + offset) / pollMs) * pollMs - offset
        }
        const now = ds.millis()
        while (next <= now) next = next + pollMs
        return next
    }
}
