import * as ds from "@devicescript/core"
import { CommandedPoller } from "../../../src/actors/poller/commanded-poller"
import type { LineCommands } from "../../../src/actors/poller/commands"
import type { LineTrouble, MeterState, PortState } from "../../../src/actors/poller/line-state"
import { Poller } from "../../../src/actors/poller/poller"
import { SamplingPoller } from "../../../src/actors/poller/sampling-poller"
import type { ClockEstimate } from "../../../src/actors/timekeeper"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import type { Supervised } from "../../../src/kernel/supervisor"
import { Topic } from "../../../src/kernel/topic"
import type { Reading } from "../../../src/line/meters/profile"
import type { ModbusClient } from "../../../src/line/modbus-client"

export const LINE = { baud: 9600, stopBits: 1 as const }

/** Two meters, at addresses 1 and 2. */
export const METERS = [
    { name: "pump", profile: pzem016, address: 1 },
    { name: "car", profile: pzem016, address: 2 },
]

/** A poller that records everything it publishes. */
export class PollerHouse {
    readonly clock = new Topic<ClockEstimate>("clock")
    readonly readings: Reading[] = []
    /** The age of each reading when it was published, in ms. */
    readonly ages: number[] = []
    /** Such as `pump answering`, `car unknown NoAnswer`, `port works`, `port failed`. */
    readonly states: string[] = []
    troubles = 0
    readonly poller: Supervised

    /** @param samples whether the poller also samples the meters between slots, for their statistics */
    constructor(
        client: ModbusClient,
        pollMs: number,
        meters = METERS,
        commands?: LineCommands,
        samples = false,
    ) {
        const readings = new Topic<Reading>("readings")
        const troubles = new Topic<LineTrouble>("troubles")
        const meterStates = new Topic<MeterState>("meter states")
        const portStates = new Topic<PortState>("port states")
        const topics = { readings, troubles, meterStates, portStates }
        const self = this
        readings.subscribe(reading => {
            self.readings.push(reading)
            self.ages.push(ds.millis() - reading.at)
        })
        troubles.subscribe(() => {
            self.troubles++
        })
        meterStates.subscribe(({ meter, answering, cause }) => {
            self.states.push(meter.name + (answering ? " answering" : " unknown " + cause.name))
        })
        portStates.subscribe(({ works }) => {
            self.states.push("port " + (works ? "works" : "failed"))
        })
        if (commands) this.poller = new CommandedPoller(client, meters, pollMs, topics, this.clock, commands)
        else if (samples) this.poller = new SamplingPoller(client, meters, pollMs, topics, this.clock)
        else this.poller = new Poller(client, meters, pollMs, topics, this.clock)
        this.poller.run.start()
    }

    /** How many readings of a meter were published. */
    count(name: string): number {
        return this.timesOf(name).length
    }

    /** The times of a meter's readings, by `ds.millis()`. */
    timesOf(name: string): number[] {
        return this.readings.filter(r => r.meter.name === name).map(r => r.at)
    }

    async run(ms: number): Promise<void> {
        await ds.sleep(ms)
    }
}
