import * as ds from "@devicescript/core"
import type { Counters } from "../../services/counters"
import type { LogBlocks } from "../actors/logbook/log-blocks"
import type { MeterState } from "../actors/poller/line-state"
import type { ClockEstimate } from "../actors/timekeeper"
import type { Restarts } from "../device/restarts"
import type { WallClock } from "../device/wall-clock"
import type { Child, Supervisor } from "../kernel/supervisor"
import type { Topic } from "../kernel/topic"
import { countsText } from "../line/counts"
import { powerOfTen } from "../line/meters/decode"
import { fieldIndex } from "../line/meters/fields"
import type { Meter, Reading, Values } from "../line/meters/profile"
import { ROW } from "../line/meters/row"
import { decimalsAt } from "../line/meters/table"
import type { ModbusClient } from "../line/modbus-client"
import type { ReadingQueue } from "../queue/reading-queue"
import type { CommandedLine, CommandMeter } from "./meter-commands"
import { report, serve } from "./service-host"

/*
 * The state of the program as Jacdac services; `services/` specifies them.
 */

/** The parts of the program that can be read. */
export interface ProgramState {
    readonly meters: Meter[]
    readonly readings: Topic<Reading>
    readonly meterStates: Topic<MeterState>
    readonly counters: Counters
    /** Publishes the counters after something was counted. */
    readonly counts: Topic<Counters>
    readonly clock: Topic<ClockEstimate>
    readonly wallClock: WallClock
    readonly log: LogBlocks
    readonly restarts: Restarts
    readonly supervisor: Supervisor
    readonly shutdown: { readonly queue: ReadingQueue | undefined; prepare(): Promise<void> }
    /** `undefined` until it is created. */
    client: ModbusClient | undefined
}

/** Service indexes of the store and of the first meter. */
const STORE = 3
const FIRST_METER = 4

let program: ProgramState
let commandMeter: CommandMeter | undefined
/** The latest values of each meter; `undefined` while they are unknown. */
const latest: (Values | undefined)[] = []
let offset = NaN
let uncertainty = NaN

/**
 * Serves the state of the program for as long as it runs. Call it once.
 * @param commands omitted where there is no room for commands to meters
 */
export function serveState(state: ProgramState, commands?: CommandMeter) {
    program = state
    commandMeter = commands
    const services: ds.ServiceSpec[] = [ds.EmonLogbook.spec, ds.EmonStation.spec, ds.EmonStore.spec]
    for (const _ of state.meters) services.push(ds.EmonMeter.spec)
    state.readings.subscribe(onReading)
    state.meterStates.subscribe(onMeterState)
    state.counts.subscribe(onCounts)
    state.clock.subscribe(onClock)
    serve(services, read, runCommand)
}

function onReading({ meter, values, isAlone }: Reading) {
    if (!isAlone) latest[program.meters.indexOf(meter)] = values
}

function onMeterState({ meter, answering }: MeterState) {
    if (!answering) latest[program.meters.indexOf(meter)] = undefined
}

/** Reports the counters unasked, so that a PC that records them need not poll. */
function onCounts() {
    report(STORE, "counters", Object.values(program.counters))
}

function onClock(estimate: ClockEstimate) {
    offset = estimate.offset
    uncertainty = estimate.uncertainty
}

async function runCommand(
    command: ds.PacketSpec,
    index: number,
    value: number | undefined,
): Promise<boolean> {
    if (index >= FIRST_METER && program.client && commandMeter)
        return await commandMeter(program as CommandedLine, index - FIRST_METER, command, value)
    if (command.name !== "prepare") return false
    await program.shutdown.prepare()
    return true
}

function read({ name, code }: ds.PacketSpec, index: number): unknown {
    const { restarts, client, shutdown, wallClock } = program
    const meter = index - FIRST_METER
    if (meter >= 0) {
        if (name === "instanceName") return program.meters[meter].name
        // Not the registers that any service may have, such as a status.
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
            return [offset, uncertainty, wallClock.doubted]
        case "actors":
            return program.supervisor.children.map(actorText).join(",")
        case "line":
            return client ? countsText(client.counts, client.port) : ""
        case "counters":
            return Object.values(program.counters)
        case "room": {
            if (!shutdown.queue) return []
            const { row, doubt } = shutdown.queue
            return [
                row.length,
                row.heapBlocks,
                row.inSlots,
                row.slots,
                doubt.outcome === "known" ? 0 : doubt.rows,
            ]
        }
    }
    return undefined
}

function quantity(meter: number, code: number): number {
    const { profile } = program.meters[meter]
    const name = ["voltage", "current", "power", "energy", "frequency", "power_factor"][code]
    let i = fieldIndex(profile, name)
    if (i < 0) i = fieldIndex(profile, "heat_" + name)
    const value = latest[meter] ? latest[meter][i] : undefined
    return value === undefined ? NaN : value / powerOfTen(decimalsAt(profile.table, i * ROW))
}

/** `name restarts seconds`, the seconds since the last heartbeat; without them while the actor waits for its restart. */
function actorText({ id, restarts, actor }: Child): string {
    const text = id + " " + restarts
    return actor ? text + " " + Math.floor((ds.millis() - actor.beat) / 1000) : text
}
