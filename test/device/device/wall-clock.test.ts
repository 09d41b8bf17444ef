import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { DateVerdict, FLOOR_MS, WallClock } from "../../../src/device/wall-clock"

const DAY = 86400000
/** Wall time minus monotonic time of the tests' world; an odd figure on purpose. */
const OFFSET = FLOOR_MS + 300 * DAY + 12345.5

/** A server with a right clock, asked at monotonic `at`, 20 ms away in each direction. */
function ask(clock: WallClock, at: number, serverOffset = OFFSET): DateVerdict {
    const stamped = Math.floor((at + 20 + serverOffset) / 1000) * 1000
    return clock.observe(stamped, at, at + 40)
}

function isNear(value: number, expected: number, within: number) {
    return Math.abs(value - expected) <= within
}

describe("wall clock", () => {
    test("is unknown at first and known within a second after one answer", () => {
        const clock = new WallClock()
        expect(clock.known).toBe(false)
        expect(ask(clock, 5000)).toBe(DateVerdict.Agreed)
        expect(clock.known).toBe(true)
        expect(isNear(clock.offset(), OFFSET, 1000)).toBe(true)
        expect(clock.uncertainty() <= 520).toBe(true)
    })

    test("narrows down with more answers, and never excludes the truth", () => {
        const clock = new WallClock()
        for (let i = 0; i < 200; i++) {
            ask(clock, 1000 + i * 10037)
            expect(isNear(clock.offset(), OFFSET, clock.uncertainty())).toBe(true)
        }
        expect(clock.uncertainty() < 60).toBe(true)
    })

    test("believes no date before its floor", () => {
        const clock = new WallClock()
        expect(clock.observe(0, 1000, 1040)).toBe(DateVerdict.BelowFloor)
        expect(clock.observe(FLOOR_MS - 1000, 1000, 1040)).toBe(DateVerdict.BelowFloor)
        expect(clock.known).toBe(false)
    })

    test("doubts one wrong date and keeps its own", () => {
        const clock = new WallClock()
        ask(clock, 1000)
        expect(ask(clock, 11000, OFFSET + 3600000)).toBe(DateVerdict.Doubted)
        expect(ask(clock, 21000)).toBe(DateVerdict.Agreed)
        expect(ask(clock, 31000, OFFSET + 3600000)).toBe(DateVerdict.Doubted)
        expect(isNear(clock.offset(), OFFSET, 1000)).toBe(true)
    })

    test("follows a jump that the server insists on", () => {
        const clock = new WallClock()
        ask(clock, 1000)
        expect(ask(clock, 11000, OFFSET - 7200000)).toBe(DateVerdict.Doubted)
        expect(ask(clock, 21000, OFFSET - 7200000)).toBe(DateVerdict.Doubted)
        expect(ask(clock, 1800000, OFFSET - 7200000)).toBe(DateVerdict.Doubted)
        expect(ask(clock, 1811000, OFFSET - 7200000)).toBe(DateVerdict.Followed)
        expect(isNear(clock.offset(), OFFSET - 7200000, 1000)).toBe(true)
    })

    test("follows a jump into the future sooner: a server that was slow has been set", () => {
        const clock = new WallClock()
        ask(clock, 1000)
        expect(ask(clock, 11000, OFFSET + 7200000)).toBe(DateVerdict.Doubted)
        expect(ask(clock, 21000, OFFSET + 7200000)).toBe(DateVerdict.Doubted)
        expect(ask(clock, 31000, OFFSET + 7200000)).toBe(DateVerdict.Followed)
    })

    test("bears a server that is six hours slow for twenty minutes", () => {
        const clock = new WallClock()
        ask(clock, 1000)
        for (let at = 11000; at < 1200000; at = at + 10000)
            expect(ask(clock, at, OFFSET - 21600000)).toBe(DateVerdict.Doubted)
        expect(ask(clock, 1211000)).toBe(DateVerdict.Agreed)
        expect(isNear(clock.offset(), OFFSET, 1000)).toBe(true)
    })

    test("does not follow dates that contradict each other", () => {
        const clock = new WallClock()
        ask(clock, 1000)
        for (let i = 1; i < 20; i++) {
            expect(ask(clock, 1000 + i * 10000, OFFSET + i * 100000)).toBe(DateVerdict.Doubted)
        }
        expect(isNear(clock.offset(), OFFSET, 1000)).toBe(true)
    })

    test("bears the drift of a crystal over a week", async () => {
        const clock = new WallClock()
        for (let i = 0; i < 1008; i++) {
            if (i % 100 === 0) await ds.sleep(1)
            const at = i * 600000
            const drifted = OFFSET + at * 0.00005
            expect(ask(clock, at, drifted)).toBe(DateVerdict.Agreed)
            expect(isNear(clock.offset(), drifted, clock.uncertainty())).toBe(true)
        }
        expect(clock.uncertainty() < 600).toBe(true)
    })
})
