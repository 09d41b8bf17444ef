import "./names"
import * as ds from "@devicescript/core"
import { LineReporter } from "./actors/console/line-reporter"
import { Reporter } from "./actors/console/reporter"
import { LogBlocks } from "./actors/logbook/log-blocks"
import { Logbook } from "./actors/logbook/logbook"
import type { LineTrouble, MeterState, PortState } from "./actors/poller/line-state"
import { Poller } from "./actors/poller/poller"
import { Recorder } from "./actors/recorder"
import { StatusLight } from "./actors/status-light"
import { type ClockEstimate, type ServerDate, Timekeeper } from "./actors/timekeeper"
import { Server } from "./actors/uplink/emoncms-client"
import { Inputs } from "./actors/uplink/inputs"
import { Uplink } from "./actors/uplink/uplink"
import type { UploadReport } from "./actors/uplink/upload-report"
import { Watchdog } from "./actors/watchdog"
import type { Counters } from "./counters"
import { flashBudget, SETTING_BLOCK_BYTES } from "./device/flash-budget"
import { error, printRecord, records } from "./device/log"
import { Restarts } from "./device/restarts"
import { SettingsSlots } from "./device/settings-slots"
import { cadence, heapTaken, inputs, line, makePort, makeStore, meters, serve } from "./generated/wiring"
import { withDeadline } from "./kernel/deadline"
import { locate, onFault, reportFault } from "./kernel/fault"
import { Mailbox } from "./kernel/mailbox"
import { Supervisor } from "./kernel/supervisor"
import { Topic } from "./kernel/topic"
import type { Reading } from "./line/meters/profile"
import { ModbusClient } from "./line/modbus-client"
import { HttpClient } from "./net/http"
import { SocketOwner } from "./net/socket"
import { openQueue } from "./queue/reading-queue"

/** What readings may take of the heap while the server is away, in bytes, where line and meters take as little as can be. */
const HEAP_BYTES = 17024
/** They get so much in any case. */
const LEAST_HEAP_BYTES = 2688

/** Longest body of an upload; what does not fit goes with the next one. Replies of EmonCMS are shorter. */
const BODY_BYTES = 1000

/** What saving readings may take before a restart, in ms: slots are full in a long outage, and readings are thinned. */
const SAVE_MS = 300000

/** A deployment that was announced comes within this time, in ms. */
const DEPLOYMENT_MS = 60000

/** From one poll to the next in safe mode, in ms. */
const SAFE_POLL_MS = 60000
/** In safe mode actors may fail as often as they like: with the longest back-off between, they never reach it. */
const SAFE_INTENSITY = 1000

records.subscribe(printRecord)
onFault((where, e) => error(where, locate(e)))

const readings = new Topic<Reading>("readings")
const troubles = new Topic<LineTrouble>("line troubles")
const meterStates = new Topic<MeterState>("meter states")
const portStates = new Topic<PortState>("port states")
const uploads = new Topic<UploadReport>("uploads")
const dates = new Topic<ServerDate>("server dates")
const clock = new Topic<ClockEstimate>("wall clock")
const counters = new Topic<Counters>("counters")
const rotations = new Topic<undefined>("log rotations")

const control = new ds.Control("control[int:0]")
const sockets = new SocketOwner()
const client = new ModbusClient(makePort(sockets), line)
/** The body of a request, and then of the reply. On a heap of many small objects there is no place for another one later. */
const content = Buffer.alloc(BODY_BYTES)
const http = new HttpClient(sockets, content)
const server = new Server(http, dates)
const names = new Inputs(meters, inputs)
const store = makeStore()
const queue = await openQueue(
    {
        meters: meters,
        pollMs: cadence.pollMs,
        heapBlocks: Math.floor(Math.max(HEAP_BYTES - heapTaken, LEAST_HEAP_BYTES) / store.size),
        blockBytes: store.size,
        store: store,
    },
    ds.millis(),
)
clock.subscribe(({ offset }) => {
    queue.wallOffset = offset
})
const taken = new Mailbox<Reading>(32, "drop-oldest")
readings.subscribe(taken.post)
const log = new LogBlocks(new SettingsSlots("log", flashBudget().logSlots, SETTING_BLOCK_BYTES))

new LineReporter(meters, client.failures, troubles, meterStates, portStates)

const restarts = new Restarts()
await restarts.begin()
const { safeMode } = restarts
const pollMs = safeMode ? Math.max(cadence.pollMs, SAFE_POLL_MS) : cadence.pollMs

/** Also when the flash does not do as it should. A log that was not opened would overwrite the one that is there. */
async function save() {
    supervisor.stop()
    try {
        if (log.opened) await log.save()
    } catch (e) {
        reportFault("restart", e as Error)
    }
    try {
        await withDeadline("saving", SAVE_MS, async () => await queue.save(ds.millis()))
    } catch (e) {
        reportFault("restart", e as Error)
    }
}

/** Gets everything into the flash, and waits for a deployment. */
async function prepare() {
    await save()
    restartUnlessDeployed.start()
}

async function restartUnlessDeployed() {
    await ds.sleep(DEPLOYMENT_MS)
    await restarts.note("no deployment came")
    ds.restart()
}

async function restart(reason: string) {
    await save()
    await restarts.note(reason)
    ds.restart()
}

async function reboot() {
    await save()
    ds.reboot()
}

const supervisor = new Supervisor(
    { intensity: safeMode ? SAFE_INTENSITY : 5, periodMs: 600000, backoffMs: 1000, maxBackoffMs: 60000 },
    ({ child, reason, escalated }) => {
        error(child, "failed (" + reason + (escalated ? "), the program restarts" : "), starts again"))
        if (escalated) restart.start(child + ": " + reason)
    },
)
const topics = { readings, troubles, meterStates, portStates }
supervisor.add(
    "poller",
    () => new Poller(client, meters, pollMs, topics, clock, undefined, queue.wallOffset),
    60000,
    true,
)
supervisor.add("recorder", () => new Recorder(taken, queue))
supervisor.add("reporter", () => new Reporter(readings, troubles, uploads, http, queue, counters))
supervisor.add("logbook", () => new Logbook(records, rotations, clock, log, queue.wallOffset), 30000)
supervisor.add(
    "watchdog",
    () => new Watchdog(log, rotations, queue, uploads, restarts, supervisor, sockets, reboot),
    30000,
)
supervisor.add("light", () => new StatusLight(control, safeMode, meterStates, uploads))
if (!safeMode) {
    supervisor.add("timekeeper", () => new Timekeeper(dates, clock))
    supervisor.add(
        "uplink",
        () => new Uplink(server, queue, names, content, cadence, uploads, counters),
        180000,
    )
}
serve({ meters: meters, readings, meterStates, counters, clock, log, restarts, supervisor, client, prepare })
supervisor.start()
// Actors subscribe when their fibers begin.
await ds.sleep(1)
restarts.tell()
