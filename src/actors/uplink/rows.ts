import * as ds from "@devicescript/core"
import type { WallClock } from "../../device/wall-clock"
import { BulkBody } from "../../emoncms/bulk"
import type { Input } from "../../emoncms/inputs"
import type { Meter } from "../../line/meters/profile"
import type { Batch } from "../../queue/batch"
import { type HealthRow, healthInputs } from "./health"
import { firstKnown, type Inputs } from "./inputs"
import type { SentBatch } from "./resume"

/** Rows that are encoded before other fibers get a turn: each takes some 25 000 steps of the VM, its names included. */
const ROWS_PER_SLICE = 2

/** Makes request bodies of readings, and of the device's own values behind them. */
export class RowEncoder {
    readonly body: BulkBody

    /**
     * @param content for the bodies; what does not fit goes with the next one
     * @param clock dates readings of this boot
     * @param pollMs the interval of the feeds
     */
    constructor(
        content: Buffer,
        private readonly inputs: Inputs,
        private readonly clock: WallClock,
        private readonly pollMs: number,
    ) {
        this.body = new BulkBody(content)
    }

    /**
     * Starts a body and puts as many readings into it as fit.
     * @param batch where the readings are; `undefined` for none
     * @param limit the most readings
     */
    async encode(node: string, batch: Batch, limit: number, compressed: boolean): Promise<SentBatch> {
        const { body } = this
        const keys: string[] = []
        const times: number[] = []
        let end = 0
        let offset = this.clock.offsetAt(ds.millis())
        if (batch) {
            let meter: Meter
            let names: Input[]
            while (batch.reading && times.length < limit) {
                const { reading } = batch
                offset = batch.current ? this.clock.offsetAt(reading.at) : batch.wallOffset
                if (times.length === 0) body.begin(this.timeOf(reading.at, offset), compressed)
                const time = this.timeOf(reading.at, offset)
                if (reading.meter !== meter) {
                    meter = reading.meter
                    names = this.inputs.of(meter)
                }
                if (!body.add(time, node, names, reading.values)) break
                keys.push(firstKnown(names, reading))
                times.push(time)
                batch.next()
                if (times.length % ROWS_PER_SLICE === 0) await ds.sleep(1)
            }
            end = batch.end
        } else {
            body.begin(this.timeOf(ds.millis(), offset), compressed)
        }
        return { end, keys, times, absolute: offset !== undefined, stored: -1, settled: false, until: 0 }
    }

    /** Puts the device's own values behind the readings, if they fit. */
    addOwn(node: string, { at, values }: HealthRow) {
        this.body.add(this.timeOf(at, this.clock.offsetAt(at)), node, healthInputs(), values)
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
