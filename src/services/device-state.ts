import * as ds from "@devicescript/core"
import type { LogBlocks } from "../actors/logbook/log-blocks"
import type { MeterState } from "../actors/poller/line-state"
import type { ClockEstimate } from "../actors/timekeeper"
import type { Counters } from "../counters"
import type { Restarts } from "../device/restarts"
import type { Child, Supervisor } from "../kernel/supervisor"
import type { Topic } from "../kernel/topic"
import { countsText } from "../line/counts"
import { powerOfTen } from "../line/meters/decode"
import type { Meter, Reading } from "../line/meters/profile"
import type { ModbusClient } from "../line/modbus-client"
import { commandMeter } from "./meter-commands"
import { serve } from "./service-host"

/*
 * The state of the program as Jacdac services; `services/` specifies them.
 */

/** What of the program can be read. */
export interface Readable {
    readonly meters: Meter[]
    readonly readings: Topic<Reading>
    readonly meterStates: Topic<MeterState>
    readonly counters: Topic<Counters>
    readonly clock: Topic<ClockEstimate>
    readonly log: LogBlocks
    readonly restarts: Restarts
    readonly supervisor: Supervisor
    readonly client: ModbusClient
    /** Gets everything into the flash, because a deployment follows. */
    prepare(): Promise<void>
}

/** The number of the first meter's service. */
const FIRST_METER = 4

let program: Readable
/** The latest values of each meter; `undefined` while nobody knows them. */
const latest: number[][] = []
let counted = {} as Counters
let offset = NaN
let uncertainty = NaN

/** Serves the state of the program for the rest of its life. To be called once. */
export function serveState(readable: Readable) {
    program = readable
    const services: ds.ServiceSpec[] = [ds.EmonLogbook.spec, ds.EmonStation.spec, ds.EmonStore.spec]
    for (const _ of readable.meters) services.push(ds.EmonMeter.spec)
    readable.readings.subscribe(onReading)
    readable.meterStates.subscribe(onMeterState)
    readable.counters.subscribe(onCounters)
    readable.clock.subscribe(onClock)
    serve(services, read, runCommand)
}

function onReading({ meter, values }: Reading) {
    latest[program.meters.indexOf(meter)] = values
}

function onMeterState({ meter, answering }: MeterState) {
    if (!answering) latest[program.meters.indexOf(meter)] = undefined
}

function onCounters(counters: Counters) {
    counted = counters
}

function onClock(estimate: ClockEstimate) {
    offset = estimate.offset
    uncertainty = estimate.uncertainty
}

async function runCommand(command: ds.PacketSpec, index: number, value: number): Promise<boolean> {
    if (index >= FIRST_METER) return await commandMeter(program, index - FIRST_METER, command, value)
    if (command.name !== "prepare") return false
    await program.prepare()
    return true
}

function read({ name, code }: ds.PacketSpec, index: number): unknown {
    const { restarts, client } = program
    const meter = index - FIRST_METER
    if (meter >= 0) {
        if (name === "instanceName") return program.meters[meter].name
        // Not what any service may have, such as a status.
        if (code & 128) return quantity(meter, code & 15)
        return undefined
    }
    switch (name) {
        case "record":
            return [0, 0, 0, ""]
        case "unsaved":
            return program.log.content()
        case "restart":
            return [Math.floor(restarts.begunAt / 1000), restarts.count, restarts.safeMode, restarts.reason]
        case "clock":
            return [offset, uncertainty]
        case "actors":
            return program.supervisor.children.map(actorText).join(",")
        case "line":
            return countsText(client.counts, client.port)
        case "counters":
            return Object.values(counted)
    }
    return undefined
}

function quantity(meter: number, code: number): number {
    const { fields } = program.meters[meter].profile
    const name = ["voltage", "current", "power", "energy", "frequency", "power_factor"][code]
    const i = fields.findIndex(field => field.name === name)
    const value = latest[meter] ? latest[meter][i] : undefined
    return value === undefined ? NaN : value / powerOfTen(fields[i].decimals)
}

/** `name restarts seconds`; without seconds for one that waits for its restart. */
function actorText({ id, generation, actor }: Child): string {
    const text = id + " " + (generation >> 1)
    return actor ? text + " " + Math.floor((ds.millis() - actor.beat) / 1000) : text
}
