import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { type ClockEstimate, type ServerDate, Timekeeper } from "../../../src/actors/timekeeper"
import { Level, type LogRecord, notice, records } from "../../../src/device/log"
import { HOLD_MS, WallClock } from "../../../src/device/wall-clock"
import { Topic } from "../../../src/kernel/topic"

const NOON = 1795348800000
const HOUR = 3600000
const POLL_MS = 10 * 60000
/** In the firmware, sleeping fibers freeze at this uptime; our arithmetic must not. */
const UPTIME_49_7_DAYS = 4294967296

class World {
    readonly dates = new Topic<ServerDate>("dates")
    readonly clock = new Topic<ClockEstimate>("clock")
    readonly estimates: ClockEstimate[] = []
    readonly warnings: string[] = []
    readonly wallClock = new WallClock()
    private readonly actor = new Timekeeper(this.dates, this.clock, this.wallClock, POLL_MS)

    constructor() {
        const { estimates, warnings } = this
        // Makes the log forget an earlier world's reports, so that it repeats them in this one.
        notice("timekeeper", "a new world")
        this.clock.subscribe(estimate => {
            estimates.push(estimate)
        })
        records.subscribe((record: LogRecord) => {
            if (record.level >= Level.Warn) warnings.push(record.text)
        })
        this.actor.run.start()
    }

    /** An answer from a server 20 ms away, whose clock shows `wall` when the device's monotonic clock shows `at`. */
    async answer(wall: number, at: number) {
        const dateMs = Math.floor(wall / 1000) * 1000
        this.dates.publish({ dateMs, sentAt: at - 20, receivedAt: at + 20, lastRowMs: 0 })
        await ds.sleep(0)
    }

    last(): ClockEstimate {
        return this.estimates[this.estimates.length - 1]
    }

    stop() {
        this.actor.stop()
    }
}

function isNear(value: number, expected: number, within: number): boolean {
    return Math.abs(value - expected) <= within
}

describe("timekeeper", () => {
    test("publishes a better estimate after each answer, apart from drift", async () => {
        const world = new World()
        for (let i = 0; i < 40; i++) await world.answer(NOON + i * 30137, 5000 + i * 30137)
        expect(world.estimates.length).toBe(40)
        // a whole second and 40 ms of travel
        let limit = (1000 + 40) / 2
        for (const it of world.estimates) {
            expect(isNear(it.offset, NOON - 5000, it.uncertainty)).toBe(true)
            expect(it.uncertainty <= limit).toBe(true)
            // until the next answer the clocks may drift apart by 100 ppm
            limit = it.uncertainty + 3.1
        }
        expect(world.last().uncertainty < 100).toBe(true)
        expect(world.warnings.length).toBe(0)
        world.stop()
    })

    test("publishes nothing from a server whose clock was never set", async () => {
        const world = new World()
        for (let i = 0; i < 5; i++) await world.answer(86400000 + i * 30000, 5000 + i * 30000)
        expect(world.estimates.length).toBe(0)
        world.stop()
    })

    test("sets the wall clock at once when a server's date is published", async () => {
        const world = new World()
        world.dates.publish({ dateMs: NOON, sentAt: 5000, receivedAt: 5040, lastRowMs: 0 })
        expect(world.wallClock.known).toBe(true)
        expect(world.estimates.length).toBe(1)
        world.stop()
    })

    test("believes a server whose last row is up to half an interval ahead, because its time was rounded", async () => {
        const world = new World()
        const lastRowMs = NOON + POLL_MS / 2
        world.dates.publish({ dateMs: NOON, sentAt: 5000, receivedAt: 5040, lastRowMs })
        expect(world.estimates.length).toBe(1)
        world.stop()
        const other = new World()
        other.dates.publish({ dateMs: NOON, sentAt: 5000, receivedAt: 5040, lastRowMs: NOON + POLL_MS })
        expect(other.estimates.length).toBe(0)
        other.stop()
    })

    test("publishes nothing while the server's clock is in doubt", async () => {
        const world = new World()
        await world.answer(NOON, 5000)
        for (let i = 1; i < 6; i++) await world.answer(i * 30000, 5000 + i * 30000)
        await world.answer(NOON + 180000 + HOUR, 185000)
        expect(world.estimates.length).toBe(1)
        expect(world.wallClock.doubted).toBe(true)
        await world.answer(NOON + 210000, 215000)
        expect(world.estimates.length).toBe(2)
        expect(isNear(world.last().offset, NOON - 5000, 1000)).toBe(true)
        world.stop()
    })

    test("follows a server's clock change that persists and warns once", async () => {
        const world = new World()
        await world.answer(NOON + HOUR, 5000)
        await world.answer(NOON + 30000, 35000)
        expect(world.estimates.length).toBe(1)
        await world.answer(NOON + 31000 + HOLD_MS, 36000 + HOLD_MS)
        expect(isNear(world.last().offset, NOON - 5000, 1000)).toBe(true)
        expect(world.warnings.length).toBe(1)
        world.stop()
    })

    test("knows the clock's state after it replaces another timekeeper", async () => {
        const world = new World()
        await world.answer(NOON, 5000)
        world.stop()
        const second = new Timekeeper(world.dates, world.clock, world.wallClock, POLL_MS)
        await world.answer(NOON + 30000 + HOUR, 35000)
        expect(world.wallClock.doubted).toBe(true)
        expect(world.estimates.length).toBe(1)
        second.stop()
    })

    test("follows a crystal that runs 50 ppm fast for days without a warning", async () => {
        const world = new World()
        for (let i = 0; i < 100; i++) await world.answer(NOON + i * HOUR, 5000 + i * HOUR * 1.00005)
        expect(isNear(world.last().offset, NOON - 5000 - 99 * HOUR * 0.00005, 1000)).toBe(true)
        expect(world.warnings.length).toBe(0)
        world.stop()
    })

    test("keeps working when the uptime exceeds 32 bits", async () => {
        const world = new World()
        const start = UPTIME_49_7_DAYS - 60000
        for (let i = 0; i < 5; i++) await world.answer(NOON + i * 30000, start + i * 30000)
        expect(world.estimates.length).toBe(5)
        expect(isNear(world.last().offset, NOON - start, 1000)).toBe(true)
        expect(world.warnings.length).toBe(0)
        world.stop()
    })
})
