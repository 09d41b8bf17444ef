import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { type Counters, newCounters } from "../../../../services/counters"
import type { LogBlocks } from "../../../../src/actors/logbook/log-blocks"
import type { MeterState } from "../../../../src/actors/poller/line-state"
import type { ClockEstimate } from "../../../../src/actors/timekeeper"
import type { Restarts } from "../../../../src/device/restarts"
import type { WallClock } from "../../../../src/device/wall-clock"
import type { Supervisor } from "../../../../src/kernel/supervisor"
import { Topic } from "../../../../src/kernel/topic"
import { LineCounts } from "../../../../src/line/counts"
import type { Meter, Reading, Values } from "../../../../src/line/meters/profile"
import { NoAnswer } from "../../../../src/line/modbus/errors"
import type { ModbusClient } from "../../../../src/line/modbus-client"
import type { ReadingQueue } from "../../../../src/queue/reading-queue"
import { type ProgramState, serveState } from "../../../../src/services/device-state"
import { readPoll } from "../../line/frames"
import { field, profileOf } from "../../profiles"

const pump: Meter = {
    name: "pump",
    profile: profileOf("electricity", [
        field("voltage", "V", 1),
        field("power", "W", 1),
        field("energy", "kWh", 3),
        field("power_factor", "", 2),
    ]),
    address: 1,
}
const heat: Meter = {
    name: "heat",
    profile: profileOf("heat", [field("heat_power", "W", 0), field("heat_energy", "kWh", 3)]),
    address: 2,
}

const readings = new Topic<Reading>("readings")
const meterStates = new Topic<MeterState>("meter states")
const counts = new Topic<Counters>("counters")
const clock = new Topic<ClockEstimate>("clock")
const counters = newCounters()
const wallClock = { doubted: false }
const children: unknown[] = []
const restarts = { begunAt: 7900, count: 2, safeMode: false, reason: "uplink: no heartbeat" }
const doubt = { outcome: "known", rows: 30 }
const row = { length: 9, heapBlocks: 12, inSlots: 5, slots: 18 }
let prepared = 0

/** The register's fields, in the order of `services/emon-store.md`. */
const COUNTERS: (keyof Counters)[] = [
    "readings",
    "accepted",
    "queued",
    "dropped",
    "recovered",
    "thinned",
    "crowdedOut",
    "damaged",
    "undatable",
    "refused",
    "orphaned",
    "overrun",
    "presumed",
    "lineErrors",
    "uploadErrors",
    "requests",
    "bytesSent",
]
/** What follows the first counter when they count from 101 on. */
const OTHER_COUNTS = ",102,103,104,105,106,107,108,109,110,111,112,113,114,115,116,117]"

const state = {
    meters: [pump, heat],
    readings,
    meterStates,
    counters,
    counts,
    clock,
    wallClock: wallClock as WallClock,
    log: { content: () => hex`01020304` } as LogBlocks,
    restarts: restarts as Restarts,
    supervisor: { children } as Supervisor,
    shutdown: {
        queue: undefined as ReadingQueue,
        prepare: async () => {
            prepared++
        },
    },
    client: undefined as ModbusClient,
}

serveState(state as ProgramState)

const logbook = new ds.EmonLogbook()
const station = new ds.EmonStation()
const store = new ds.EmonStore()
const first = new ds.EmonMeter("first[app:0]")
const second = new ds.EmonMeter("second[app:1]")

/** The current value of a register. A client keeps the previous one for a while, so this waits first. */
async function fresh<T>(register: ds.Register<T>): Promise<T> {
    await ds.sleep(1000)
    return await register.read()
}

/** The fields of a register that has several, as JSON. */
async function fieldsOf<T>(register: ds.Register<T>): Promise<string> {
    return JSON.stringify(await fresh(register))
}

/** Whether the value is not a number. */
function isUnknown(value: number): boolean {
    return !(Math.abs(value) >= 0)
}

async function bound() {
    for (let i = 0; i < 50 && !second.isBound; i++) await ds.sleep(100)
}

function said(meter: Meter, values: Values) {
    readings.publish({ meter, at: ds.millis(), values })
}

function silent(meter: Meter) {
    meterStates.publish({ meter, answering: false, cause: undefined })
}

describe("a meter's service", () => {
    test("has no values before the first reading", async () => {
        await bound()
        expect(isUnknown(await fresh(first.voltage))).toBe(true)
        expect(isUnknown(await fresh(second.energy))).toBe(true)
    })

    test("returns the meter's latest values in its units", async () => {
        said(pump, [2301, 18612, 12345678, 98])
        expect(await fresh(first.voltage)).toBe(230.1)
        expect(await fresh(first.power)).toBe(1861.2)
        expect(await fresh(first.energy)).toBe(12345.678)
        expect(await fresh(first.powerFactor)).toBe(0.98)
        said(pump, [2299, 0, 12345679, undefined])
        expect(await fresh(first.voltage)).toBe(229.9)
        expect(await fresh(first.power)).toBe(0)
        expect(isUnknown(await fresh(first.powerFactor))).toBe(true)
    })

    test("keeps the values when statistics come alone", async () => {
        readings.publish({ meter: pump, at: ds.millis(), values: [], isAlone: true })
        expect(await fresh(first.voltage)).toBe(229.9)
    })

    test("has no values for quantities that the model does not measure", async () => {
        expect(isUnknown(await fresh(first.current))).toBe(true)
        expect(isUnknown(await fresh(first.frequency))).toBe(true)
    })

    test("returns the heat power and heat energy of a heat meter", async () => {
        said(heat, [4200, 1500])
        expect(await fresh(second.power)).toBe(4200)
        expect(await fresh(second.energy)).toBe(1.5)
        expect(isUnknown(await fresh(second.voltage))).toBe(true)
    })

    test("has no values while its meter is silent, unlike other meters", async () => {
        silent(heat)
        expect(isUnknown(await fresh(second.power))).toBe(true)
        expect(await fresh(first.voltage)).toBe(229.9)
        said(heat, [4300, 1600])
        expect(await fresh(second.power)).toBe(4300)
    })
})

describe("the station's service", () => {
    test("returns when and why the program started, and how often in a row", async () => {
        expect(await fieldsOf(station.restart)).toBe('[7,2,false,"uplink: no heartbeat"]')
        restarts.safeMode = true
        expect(await fieldsOf(station.restart)).toBe('[7,2,true,"uplink: no heartbeat"]')
    })

    test("returns no time until the clock is known, and flags a doubted clock", async () => {
        const before = (await fresh(station.clock)) as unknown as unknown[]
        expect(isUnknown(before[0] as number) && isUnknown(before[1] as number)).toBe(true)
        clock.publish({ offset: 1795348800000, uncertainty: 250 } as ClockEstimate)
        expect(await fieldsOf(station.clock)).toBe("[1795348800000,250,false]")
        wallClock.doubted = true
        expect(await fieldsOf(station.clock)).toBe("[1795348800000,250,true]")
    })

    test("returns restarts and heartbeats, without a heartbeat for a stopped part", async () => {
        expect(await fresh(station.actors)).toBe("")
        const actor = { beat: ds.millis() }
        children.push({ id: "poller", restarts: 0, actor })
        children.push({ id: "uplink", restarts: 3, actor: undefined })
        expect(await fresh(station.actors)).toBe("poller 0 1,uplink 3")
        await ds.sleep(4500)
        expect(await fresh(station.actors)).toBe("poller 0 6,uplink 3")
    })

    test("returns the line's counts once the line exists", async () => {
        expect(await fresh(station.line)).toBe("")
        const lineCounts = new LineCounts()
        lineCounts.requests = 10
        lineCounts.drainedBytes = 3
        for (let i = 0; i < 5; i++) lineCounts.add(new NoAnswer(readPoll))
        state.client = { counts: lineCounts, port: { errors: { overruns: 0 } } } as unknown as ModbusClient
        expect(await fresh(station.line)).toBe(
            "requests 10, retries 0, bytes drained 3, NoAnswer 5, overruns 0",
        )
    })

    test("prepares for a deployment", async () => {
        await station.prepare()
        for (let i = 0; i < 50 && prepared === 0; i++) await ds.sleep(100)
        expect(prepared).toBe(1)
    })
})

describe("the store's service", () => {
    test("returns the counters in the order of the specification", async () => {
        for (let i = 0; i < COUNTERS.length; i++) counters[COUNTERS[i]] = 101 + i
        expect(await fieldsOf(store.counters)).toBe("[101" + OTHER_COUNTS)
    })

    test("reports the counters whenever one changes", async () => {
        let reported = ""
        const end = store.counters.subscribe(async fields => {
            reported = JSON.stringify(fields)
        })
        await ds.sleep(1000)
        counters.readings = 5000
        counts.publish(counters)
        for (let i = 0; i < 50 && !reported.startsWith("[5000,"); i++) await ds.sleep(100)
        end()
        expect(reported).toBe("[5000" + OTHER_COUNTS)
    })

    test("returns where readings wait and how many are in doubt", async () => {
        state.shutdown.queue = { row, doubt } as unknown as ReadingQueue
        expect(await fieldsOf(store.room)).toBe("[9,12,5,18,0]")
        doubt.outcome = "pending"
        expect(await fieldsOf(store.room)).toBe("[9,12,5,18,30]")
    })
})

describe("the logbook's service", () => {
    test("has an empty last record for those who ask", async () => {
        expect(await fieldsOf(logbook.record)).toBe('[0,0,0,""]')
    })

    test("returns the unfinished log block", async () => {
        const block = (await fresh(logbook.unsaved)) as unknown as Buffer
        expect(block.toString("hex")).toBe("01020304")
    })
})
