import * as ds from "@devicescript/core"
import type { Topic } from "../../kernel/topic"
import { fieldCount } from "../../line/meters/fields"
import type { Judgement } from "../../line/meters/gate"
import type { Meter, Reading, Values } from "../../line/meters/profile"
import { hasStatistics } from "../../line/meters/statistics"
import type { ModbusClient } from "../../line/modbus-client"
import type { ClockEstimate } from "../timekeeper"
import type { MeterWatch } from "./meter-watch"
import { type LineTopics, Poller } from "./poller"
import { nextRound } from "./rounds"
import { SampleWatch } from "./sample-watch"

/** Time between two samples of a meter, in ms. */
const SAMPLE_MS = 1000

/**
 * A poller that also samples meters whose profiles have statistics, between the rounds, once a second or as often as the line
 * permits. A separate class, so that only wirings with statistics contain it.
 *
 * The samples go into the statistics of the next reading and nowhere else. Unknown meters are not sampled.
 */
export class SamplingPoller extends Poller {
    private readonly samples: SampleWatch[] = []
    /** When the next samples are due; `Infinity` if only after the next round. */
    private sampleAt = Infinity
    private isSampling = false

    /** @param offset wall time minus monotonic time in ms, if already known */
    constructor(
        client: ModbusClient,
        meters: Meter[],
        pollMs: number,
        topics: LineTopics,
        clock: Topic<ClockEstimate>,
        offset?: number,
    ) {
        super(client, meters, pollMs, topics, clock, undefined, offset)
        for (const watch of this.watches)
            if (hasStatistics(watch.meter.profile.table)) this.samples.push(new SampleWatch(watch))
    }

    protected override nextDue(): number {
        return Math.min(this.sampleAt, this.dueAt)
    }

    protected override async tick() {
        const due = this.nextDue()
        this.isSampling = due < this.dueAt
        if (this.isSampling)
            await this.hold(
                this.inOrder(this.answering()),
                ds.millis(),
                Math.min(due + SAMPLE_MS, this.dueAt),
            )
        else {
            await this.holdSlot()
            for (const sample of this.samples) {
                sample.learn()
                if (!sample.statistics.isEmpty()) this.publishAlone(sample)
            }
        }
        const next = nextRound(due, ds.millis(), SAMPLE_MS, undefined)
        // A round shortly after the sample takes its place: a better estimate of the clock may have moved the slot a little.
        this.sampleAt = next + SAMPLE_MS / 2 < this.dueAt ? next : Infinity
    }

    protected override judge(watch: MeterWatch, reading: Reading): Judgement {
        if (this.isSampling) return (watch as SampleWatch).sample(reading)
        const sample = this.samples.find(it => it.slots === watch)
        if (sample) sample.complete(reading)
        return watch.gate.judge(reading)
    }

    /** The meters to sample between rounds. */
    private answering(): SampleWatch[] {
        return this.samples.filter(sample => sample.slots.state?.answering)
    }

    /** Publishes statistics whose slot has no reading, in the last slot before the next round. */
    private publishAlone({ meter, statistics }: SampleWatch) {
        const values: Values = []
        for (let i = 0; i < fieldCount(meter.profile); i++) values.push(undefined)
        statistics.moveTo(values)
        const at = Math.max(this.begun, Math.round(this.dueAt - this.pollMs))
        this.topics.readings.publish({ meter, at, values, isAlone: true })
    }
}
