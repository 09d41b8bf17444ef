import * as ds from "@devicescript/core"
import { BulkBody } from "../../emoncms/bulk"
import type { InputSet } from "../../emoncms/inputs"
import type { Batch } from "../../queue/batch"
import { HEALTH, type HealthRow, healthInputs } from "./health"
import type { Inputs } from "./inputs"
import { SentBatch } from "./resume"

/**
 * Work that is done before other fibers get a turn, in new bytes of a body: a third of the steps that the VM allows, so that
 * what a value may take on top of it is never too much.
 */
const SLICE = 400

/** What a value takes besides, and what it takes to decode it; a row has as much again. */
const VALUE_WORK = 15

/** Makes request bodies of readings, and of the device's own values behind them. */
export class RowEncoder {
    readonly body: BulkBody
    /** What was encoded last; there is one, so that an outage does not have to find room for it. */
    private readonly sent: SentBatch
    private work = 0

    /**
     * @param content for the bodies; what does not fit goes with the next one
     * @param pollMs the interval of the feeds
     */
    constructor(
        content: Buffer,
        private readonly inputs: Inputs,
        private readonly pollMs: number,
    ) {
        this.body = new BulkBody(content, inputs.count + healthInputs().names.length)
        this.sent = new SentBatch(inputs)
    }

    /**
     * Starts a body and puts as many readings into it as fit.
     * @param batch where the readings are; `undefined` for none
     * @param offset wall time minus the time of the readings in ms; `undefined` if unknown
     * @param limit the most readings
     */
    async encode(
        node: string,
        batch: Batch,
        offset: number,
        limit: number,
        compressed: boolean,
    ): Promise<SentBatch> {
        const { body, sent, inputs } = this
        sent.begin(offset !== undefined)
        body.begin(node, this.timeOf(batch ? batch.reading.at : ds.millis(), offset), compressed)
        while (batch?.reading && sent.rows < limit) {
            const { meter, at, values } = batch.reading
            const time = this.timeOf(at, offset)
            const number = inputs.numberOf(meter)
            body.beginRow(time)
            await this.addValues(inputs.first(number), inputs.prefix(number), inputs.of(number), values)
            if (!body.endRow()) break
            sent.add(number, values, time)
            batch.next()
            sent.end = batch.end
        }
        return sent
    }

    /** Puts the device's own values behind the readings, if they fit. */
    async addOwn({ at, values }: HealthRow, offset: number): Promise<void> {
        this.body.beginRow(this.timeOf(at, offset))
        await this.addValues(this.inputs.count, HEALTH, healthInputs(), values)
        this.body.endRow()
    }

    private async addValues(place: number, prefix: string, set: InputSet, values: number[]) {
        for (let i = 0; i < values.length; i++) {
            this.work += VALUE_WORK + this.body.addValue(place + i, prefix, set, i, values[i])
            if (this.work < SLICE) continue
            this.work = 0
            await ds.sleep(1)
        }
    }

    /**
     * In whole seconds: of the wall clock, labelled with the multiple of the interval that the poll was for; or of the
     * uptime clock while there is no other.
     */
    private timeOf(at: number, offset: number): number {
        const { pollMs } = this
        if (offset === undefined) return Math.round(at / 1000)
        return (Math.round((at + offset) / pollMs) * pollMs) / 1000
    }
}
