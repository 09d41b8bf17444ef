import * as ds from "@devicescript/core"
import type { WallClock } from "../../device/wall-clock"
import type { BulkBody } from "../../emoncms/bulk"
import type { InputSet } from "../../emoncms/inputs"
import type { Reading, Values } from "../../line/meters/profile"
import type { Batch } from "../../queue/batch"
import type { Doubt } from "../../queue/doubt"
import { HEALTH, type HealthRow, healthInputs } from "./health"
import type { Inputs } from "./inputs"

/**
 * Work done before other fibers get a turn, in new bytes of a body. It takes a quarter of the steps that the VM allows, so one
 * more value and the reading after it always fit.
 */
const SLICE = 260

/** Further work for each value, including its decoding; a row adds twice as much. */
const VALUE_WORK = 15

/** Encodes readings, followed by the device's own values, into request bodies. */
export class RowEncoder {
    private work = 0

    /**
     * @param body readings that do not fit go into the next one
     * @param sent records what was encoded; there is only one, so that no heap is needed for it during an outage
     * @param clock dates readings of this boot
     * @param pollMs the interval of the feeds
     * @param startedAt `ds.millis()` when this run of the program began
     */
    constructor(
        readonly body: BulkBody,
        private readonly inputs: Inputs,
        private readonly sent: Doubt,
        private readonly clock: WallClock,
        private readonly pollMs: number,
        private readonly startedAt: number,
    ) {}

    /**
     * Starts a body and puts as many readings into it as fit. A reading that this run took before it knew the clock is left out
     * if its slot began before the run: the previous run has a reading in that slot.
     * @param batch source of the readings; `undefined` for none
     * @param limit most readings
     */
    async encode(node: string, batch: Batch | undefined, limit: number, compressed: boolean): Promise<Doubt> {
        const { body, sent, inputs } = this
        const now = ds.millis()
        const begin = batch ? (batch.reading as Reading).at : now
        const base = batch ? this.offsetOf(batch, begin) : this.clock.offsetAt(now)
        sent.begin(base !== undefined)
        body.begin(node, this.timeOf(begin, base), compressed)
        while (batch?.reading && sent.rows < limit) {
            const { meter, at, values } = batch.reading
            const offset = this.offsetOf(batch, at)
            let time = this.timeOf(at, offset)
            const number = inputs.numberOf(meter)
            body.beginRow(time)
            let shown = values
            if (!batch.unconfirmed && offset !== undefined && time * 1000 < this.startedAt + offset) {
                time = 0
                shown = []
            }
            await this.addValues(inputs.first(number), inputs.prefix(number), inputs.of(number), shown)
            if (!body.endRow()) break
            sent.add(number, values, time)
            batch.next()
            sent.end = batch.end
        }
        return sent
    }

    /** Adds the device's own values after the readings. @returns whether they fit */
    async addOwn({ at, values }: HealthRow): Promise<boolean> {
        this.body.beginRow(this.timeOf(at, this.clock.offsetAt(at)))
        await this.addValues(this.inputs.count, HEALTH, healthInputs(), values)
        return this.body.endRow()
    }

    /** Wall time minus the time of a reading, in ms; `undefined` if unknown. */
    private offsetOf({ current, wallOffset }: Batch, at: number): number | undefined {
        return current ? this.clock.offsetAt(at) : wallOffset
    }

    private async addValues(place: number, prefix: string, set: InputSet, values: Values) {
        this.work += 2 * VALUE_WORK
        for (let i = 0; i < set.names.length; i++) {
            this.work += VALUE_WORK + this.body.addValue(place + i, prefix, set, i, values[i])
            if (this.work >= SLICE) {
                this.work = 0
                await ds.sleep(1)
            }
        }
    }

    /**
     * The time of a row in whole seconds: wall time, rounded to the multiple of the interval that the poll was for, or uptime
     * while the wall time is unknown.
     */
    private timeOf(at: number, offset: number | undefined): number {
        const { pollMs } = this
        if (offset === undefined) return Math.round(at / 1000)
        return (Math.round((at + offset) / pollMs) * pollMs) / 1000
    }
}
