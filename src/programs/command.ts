import * as ds from "@devicescript/core"
import { readSetting, writeSetting } from "@devicescript/settings"
import { LineReporter } from "../actors/console/line-reporter"
import { type LineCommand, LineDesk } from "../actors/poller/command-request"
import { CommandedPoller } from "../actors/poller/commanded-poller"
import { LineCommands } from "../actors/poller/commands"
import type { LineTrouble, MeterState, PortState } from "../actors/poller/line-state"
import type { ClockEstimate } from "../actors/timekeeper"
import { error, info, Level, notice, printRecord, records } from "../device/log"
import { cadence, line, makePort, meters } from "../generated/wiring"
import { withDeadline } from "../kernel/deadline"
import { describe } from "../kernel/fault"
import { Topic } from "../kernel/topic"
import type { Reading } from "../line/meters/profile"
import { ModbusClient } from "../line/modbus-client"
import { SocketOwner } from "../net/socket"
import { serve } from "../services/service-host"
import { order } from "./command-order"
import { knownModels } from "./known-models"

/*
 * A separate program that carries out one command on the line and reports the outcome. It runs instead of the main one, with
 * the same wiring and the same polling.
 */

/** Setting that holds the id of the last order that was begun. */
const BEGUN = "LINE_ORDER"
const SETTING_MS = 5000
/** Progress without a finding is logged once in this many steps. */
const PROGRESS_STEPS = 25

records.subscribe(printRecord)

const readings = new Topic<Reading>("readings")
const troubles = new Topic<LineTrouble>("line troubles")
const meterStates = new Topic<MeterState>("meter states")
const portStates = new Topic<PortState>("port states")
const clock = new Topic<ClockEstimate>("wall clock")
const desk = new LineDesk()
const client = new ModbusClient(makePort(new SocketOwner()), line)
const topics = { readings, troubles, meterStates, portStates }
const poller = new CommandedPoller(
    client,
    meters,
    cadence.pollMs,
    topics,
    clock,
    new LineCommands(client, desk, knownModels),
)
new LineReporter(meters, client.failures, troubles, meterStates, portStates)

/** The record of the outcome, in the form of the logbook's register; empty until then. */
let ending: unknown[] = [0, 0, Level.Debug, ""]

/**
 * Reports the outcome: in words, at a level that no earlier record of `command` has, and for programs that listen to the
 * console as `command ended: done` or `failed`.
 */
function end(done: boolean, text: string) {
    if (done) notice("command", text)
    else error("command", text)
    ending = [Math.floor(ds.millis() / 1000), 0, done ? Level.Notice : Level.Error, "command: " + text]
    console.debug("command ended: " + (done ? "done" : "failed"))
    poller.stop()
}

/** Lets a PC read the outcome if it missed the record. */
function readRegister(register: ds.PacketSpec): unknown {
    return register.name === "record" ? ending : undefined
}

async function live() {
    try {
        await poller.run()
    } catch (e) {
        end(false, describe(e as Error))
    }
}

function changesMeter(command: LineCommand): boolean {
    return command.name === "set-alarm" || command.name === "set-address" || command.name === "reset-energy"
}

/** Notes that the order was begun. @returns whether it had been begun before */
async function begin(): Promise<boolean> {
    const begun = await withDeadline("reading of " + BEGUN, SETTING_MS, async () => await readSetting(BEGUN))
    if (begun === order.id) return true
    await withDeadline("writing of " + BEGUN, SETTING_MS, async () => await writeSetting(BEGUN, order.id))
    return false
}

desk.progress.subscribe(({ done, total, finding }) => {
    if (finding !== undefined) info("command", finding)
    else if (done % PROGRESS_STEPS === 0) info("command", done + " of " + total)
})
desk.responses.subscribe(({ done, text }) => end(done, text))

serve([ds.EmonLogbook.spec], readRegister, async () => false)

if (changesMeter(order.command) && (await begin())) {
    end(false, "this order was carried out before; give it a new id to repeat it")
} else {
    desk.requests.publish({ id: 1, command: order.command })
    live.start()
}
