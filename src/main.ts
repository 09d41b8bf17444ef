import "./names"
import "./boot"
import * as ds from "@devicescript/core"
import type { Counters } from "../services/counters"
import { LineReporter } from "./actors/console/line-reporter"
import { Reporter } from "./actors/console/reporter"
import { LogBlocks } from "./actors/logbook/log-blocks"
import { Logbook } from "./actors/logbook/logbook"
import type { LineTrouble, MeterState, PortState } from "./actors/poller/line-state"
import { Recorder } from "./actors/recorder"
import { StatusLight } from "./actors/status-light"
import { type ClockEstimate, type ServerDate, Timekeeper } from "./actors/timekeeper"
import { Server } from "./actors/uplink/emoncms-client"
import { healthInputs } from "./actors/uplink/health"
import { Inputs } from "./actors/uplink/inputs"
import { BATCH } from "./actors/uplink/narrowing"
import { Uplink } from "./actors/uplink/uplink"
import type { UploadReport } from "./actors/uplink/upload-report"
import { Watchdog } from "./actors/watchdog"
import { control, restarts } from "./boot"
import { counters, countReading, countTrouble, countUpload } from "./counters"
import { flashBudget, SETTING_BLOCK_BYTES } from "./device/flash-budget"
import { error, records } from "./device/log"
import { SettingsSlots } from "./device/settings-slots"
import { WallClock } from "./device/wall-clock"
import { BulkBody } from "./emoncms/bulk"
import {
    cadence,
    hasLight,
    heapTaken,
    inputSets,
    line,
    makeDeflater,
    makePoller,
    makePort,
    makeStore,
    meters,
    serve,
} from "./generated/wiring"
import { withDeadline } from "./kernel/deadline"
import { locate, spawn } from "./kernel/fault"
import { Mailbox } from "./kernel/mailbox"
import { Supervisor } from "./kernel/supervisor"
import { Topic } from "./kernel/topic"
import type { Reading } from "./line/meters/profile"
import { ModbusClient } from "./line/modbus-client"
import { HttpClient } from "./net/http"
import { SocketOwner } from "./net/socket"
import { Ending } from "./queue/codec/checkpoint"
import { Doubt } from "./queue/doubt"
import { openQueue, type ReadingQueue } from "./queue/reading-queue"
import type { ProgramState } from "./services/device-state"
import { Shutdown } from "./shutdown"

/** Heap for readings while the server is unreachable, in bytes. The line and the meters reduce it by `heapTaken`. */
const HEAP_BYTES = 14336
/** Heap that readings get in any case, in bytes. */
const LEAST_HEAP_BYTES = 896

/** Longest upload body, in bytes; further rows go into the next upload. EmonCMS's replies are shorter. */
const BODY_BYTES = 1000

/** Time limit for start-up, in ms; reading what earlier runs have left in the store takes some seconds. */
const START_MS = 60000

/** Shortest poll interval in safe mode, in ms. */
const SAFE_POLL_MS = 60000
/** Restart intensity in safe mode. The back-off keeps actors from ever reaching it, so they can fail without limit. */
const SAFE_INTENSITY = 1000

const { safeMode } = restarts

const readings = new Topic<Reading>("readings")
const troubles = new Topic<LineTrouble>("line troubles")
const meterStates = new Topic<MeterState>("meter states")
const portStates = new Topic<PortState>("port states")
const uploads = new Topic<UploadReport>("uploads")
const dates = new Topic<ServerDate>("server dates")
const clock = new Topic<ClockEstimate>("wall clock")
const counts = new Topic<Counters>("counters")
const rotations = new Topic<undefined>("log rotations")

const taken = new Mailbox<Reading>(32, "drop-oldest")
const log = new LogBlocks(new SettingsSlots("log", flashBudget().logSlots, SETTING_BLOCK_BYTES))
const sockets = new SocketOwner()
const wallClock = new WallClock()
let wallOffset: number | undefined
let queue: ReadingQueue

readings.subscribe(countReading)
troubles.subscribe(countTrouble)
uploads.subscribe(countUpload)
readings.subscribe(taken.post)
clock.subscribe(({ offset }) => {
    wallOffset = offset
    if (queue) queue.wallOffset = offset
})

const supervisor = new Supervisor(
    { intensity: safeMode ? SAFE_INTENSITY : 5, periodMs: 600000, backoffMs: 1000, maxBackoffMs: 60000 },
    ({ child, reason, escalated }) => {
        error(child, "failed (" + reason + (escalated ? "), the program restarts" : "), starts again"))
        if (escalated) restart(child + ": " + reason)
    },
)
const shutdown = new Shutdown(restarts, supervisor, log, taken)

const program: ProgramState = {
    meters: meters,
    readings,
    meterStates,
    counters: counters,
    counts,
    clock,
    wallClock,
    log,
    restarts: restarts,
    supervisor,
    shutdown,
    client: undefined,
}

function restart(reason: string) {
    spawn("restart", async () => await shutdown.restart(Ending.Program, reason))
}

/** Creates everything that handles readings. This can fail or hang, so light, logbook and watchdog are already running. */
async function begin() {
    const client = new ModbusClient(makePort(sockets), line)
    program.client = client
    /** Holds the request body, then the reply body. Later, a fragmented heap may have no gap for another one. */
    const content = Buffer.alloc(BODY_BYTES)
    const http = new HttpClient(sockets, content)
    const server = new Server(http, dates)
    const names = new Inputs(meters, inputSets)
    const places = names.count + healthInputs().names.length
    const body = new BulkBody(content, places, makeDeflater(content))
    const store = makeStore()
    const heapBlocks = Math.floor(Math.max(HEAP_BYTES - heapTaken, LEAST_HEAP_BYTES) / store.size)
    queue = await openQueue(
        {
            meters: meters,
            pollMs: cadence.pollMs,
            heapBlocks,
            blockBytes: store.size,
            store,
            losses: counters,
        },
        ds.millis(),
        restarts.before,
    )
    shutdown.queue = queue
    wallClock.earliest = queue.inheritedUntil
    queue.doubt = new Doubt(names, BATCH)
    restarts.opened = true
    new LineReporter(meters, client.failures, troubles, meterStates, portStates)

    const pollMs = safeMode ? Math.max(cadence.pollMs, SAFE_POLL_MS) : cadence.pollMs
    const topics = { readings, troubles, meterStates, portStates }
    supervisor.add(
        "poller",
        () => makePoller(client, pollMs, topics, clock, wallOffset, safeMode),
        cadence.meterMs,
        true,
    )
    supervisor.add("recorder", () => new Recorder(taken, queue))
    supervisor.add("reporter", () => new Reporter(readings, troubles, uploads, http, queue, taken, counts))
    if (!safeMode) {
        supervisor.add("timekeeper", () => new Timekeeper(dates, clock, wallClock, cadence.pollMs))
        supervisor.add(
            "uplink",
            () => new Uplink(server, queue, names, body, wallClock, cadence, uploads, counts),
            180000,
        )
    }
}

if (hasLight) supervisor.add("light", () => new StatusLight(control, safeMode, meterStates, uploads))
supervisor.add("logbook", () => new Logbook(records, rotations, clock, log, wallOffset), 30000)
supervisor.add(
    "watchdog",
    () => new Watchdog(log, rotations, cadence.uploadMs, uploads, restarts, supervisor, sockets, shutdown),
    30000,
)
supervisor.start()
// Actors subscribe when their fibers begin.
await ds.sleep(1)
restarts.tell()
serve(program)
try {
    await withDeadline("the start", START_MS, begin)
} catch (e) {
    const reason = "cannot start: " + locate(e as Error)
    error("program", reason)
    if (!safeMode) restart(reason)
}
