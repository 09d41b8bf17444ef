import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { type DateVerdict, FLOOR_MS, HOLD_MS, WallClock } from "../../../src/device/wall-clock"

const MINUTE = 60000
const HOUR = 3600000
const DAY = 86400000
/** Wall time minus monotonic time in these tests; deliberately not a round figure. */
const OFFSET = FLOOR_MS + 300 * DAY + 12345.5

/** Asks a server at monotonic `at`. It is 20 ms away in each direction, and its clock is `ahead` of the right time. */
function ask(clock: WallClock, at: number, ahead = 0, lastRowMs = 0): DateVerdict {
    const stamped = Math.floor((at + 20 + OFFSET + ahead) / 1000) * 1000
    clock.earliest = lastRowMs
    return clock.observe(stamped, at, at + 40)
}

function isNear(value: number, expected: number, within: number) {
    return Math.abs(value - expected) <= within
}

/** A clock that has known the right time for a while. */
function settled(): WallClock {
    const clock = new WallClock()
    for (let i = 0; i < 20; i++) ask(clock, 1000 + i * 30137)
    return clock
}

describe("wall clock", () => {
    test("is unknown at first and accurate to a second after one answer", () => {
        const clock = new WallClock()
        expect(clock.known).toBe(false)
        expect(clock.offsetAt(0)).toBe(undefined)
        expect(ask(clock, 5000)).toBe("agreed")
        expect(clock.known).toBe(true)
        expect(isNear(clock.offset(), OFFSET, 1000)).toBe(true)
        expect(clock.uncertainty() <= 520).toBe(true)
    })

    test("gets more precise with more answers and never excludes the true time", () => {
        const clock = new WallClock()
        for (let i = 0; i < 200; i++) {
            ask(clock, 1000 + i * 10037)
            expect(isNear(clock.offset(), OFFSET, clock.uncertainty())).toBe(true)
        }
        expect(clock.uncertainty() < 60).toBe(true)
    })

    test("follows the drift of a crystal over a week", async () => {
        const clock = new WallClock()
        for (let i = 0; i < 1008; i++) {
            if (i % 100 === 0) await ds.sleep(1)
            const drifted = i * 600000 * 0.00005
            expect(ask(clock, i * 600000, drifted)).toBe("agreed")
            expect(isNear(clock.offset(), OFFSET + drifted, clock.uncertainty())).toBe(true)
        }
        expect(clock.uncertainty() < 600).toBe(true)
    })

    test("keeps its time when the server is off by 1.5 s", () => {
        const clock = settled()
        const before = clock.offset()
        for (const ahead of [1500, -1500]) {
            expect(ask(clock, 700000, ahead)).toBe("agreed")
            expect(clock.offset()).toBe(before)
        }
    })
})

describe("an impossible date", () => {
    test("is never accepted before 2026, however long it persists", () => {
        const clock = new WallClock()
        for (let at = 0; at < 3 * HOLD_MS; at += 5 * MINUTE)
            expect(clock.observe(at + 60000, at, at + 40)).toBe("doubted")
        expect(clock.observe(FLOOR_MS - 1000, 3 * HOLD_MS, 3 * HOLD_MS + 40)).toBe("doubted")
        expect(clock.known).toBe(false)
        expect(clock.doubted).toBe(true)
        expect(ask(clock, 3 * HOLD_MS + MINUTE)).toBe("agreed")
        expect(clock.doubted).toBe(false)
    })

    test("is one before the server's last row, even after it passes that row", () => {
        const clock = new WallClock()
        const lastRow = OFFSET + 5000
        expect(ask(clock, 10000, -10 * MINUTE, lastRow)).toBe("doubted")
        expect(ask(clock, 10000 + 15 * MINUTE, -10 * MINUTE, lastRow)).toBe("doubted")
        expect(clock.known).toBe(false)
        expect(ask(clock, 10000 + 16 * MINUTE, 0, lastRow)).toBe("agreed")
        expect(isNear(clock.offset(), OFFSET, 1000)).toBe(true)
    })

    test("is accepted when it persists, since the row may be wrong", () => {
        const clock = new WallClock()
        const lastRow = OFFSET + DAY
        expect(ask(clock, 0, 0, lastRow)).toBe("doubted")
        expect(ask(clock, HOLD_MS - MINUTE, 0, lastRow)).toBe("doubted")
        expect(ask(clock, HOLD_MS + MINUTE, 0, lastRow)).toBe("followed")
        expect(isNear(clock.offset(), OFFSET, 1000)).toBe(true)
    })

    test("is not one that precedes the last row only by rounding", () => {
        const clock = new WallClock()
        expect(ask(clock, 10000, 0, OFFSET + 10000 + 50000)).toBe("agreed")
    })
})

describe("a clock jump", () => {
    test("is doubted, and forgotten when the server returns to its old time", () => {
        for (const ahead of [HOUR, -HOUR, 3000, -3000, 5 * 365 * DAY, -60 * DAY]) {
            const clock = settled()
            expect(ask(clock, 700000, ahead)).toBe("doubted")
            expect(clock.doubted).toBe(true)
            expect(ask(clock, 700000 + HOLD_MS - MINUTE, ahead)).toBe("doubted")
            expect(isNear(clock.offset(), OFFSET, 100)).toBe(true)
            expect(ask(clock, 700000 + HOLD_MS, 0)).toBe("agreed")
            expect(clock.doubted).toBe(false)
        }
    })

    test("is not followed after many answers in a short time", () => {
        const clock = settled()
        for (let i = 0; i < 100; i++) expect(ask(clock, 700000 + i * 200, HOUR)).toBe("doubted")
    })

    test("is followed when it persists, and earlier times keep their offset", () => {
        const clock = settled()
        for (let at = 700000; at < 700000 + HOLD_MS; at += 5 * MINUTE)
            expect(ask(clock, at, -2 * HOUR)).toBe("doubted")
        expect(ask(clock, 700000 + HOLD_MS, -2 * HOUR)).toBe("followed")
        expect(clock.doubted).toBe(false)
        expect(isNear(clock.offset(), OFFSET - 2 * HOUR, 1000)).toBe(true)
        expect(isNear(clock.offsetAt(699999), OFFSET, 100)).toBe(true)
        expect(isNear(clock.offsetAt(700000), OFFSET - 2 * HOUR, 1000)).toBe(true)
    })

    test("back to the old time is another jump", () => {
        const clock = settled()
        for (let i = 0; i < 6; i++) {
            const from = 1000000 + i * 2 * HOLD_MS
            const ahead = i % 2 === 0 ? HOUR : 0
            expect(ask(clock, from, ahead)).toBe("doubted")
            expect(ask(clock, from + HOLD_MS, ahead)).toBe("followed")
        }
        // The clock remembers only the latest jumps.
        expect(isNear(clock.offsetAt(999999 + 10 * HOLD_MS), OFFSET + HOUR, 2000)).toBe(true)
        expect(isNear(clock.offsetAt(999999 + 8 * HOLD_MS), OFFSET, 2000)).toBe(true)
        expect(isNear(clock.offsetAt(1000000 + 10 * HOLD_MS), OFFSET, 2000)).toBe(true)
    })

    test("is not followed while it keeps growing", async () => {
        for (const perHour of [10000, MINUTE, -10000, -MINUTE]) {
            const clock = settled()
            await ds.sleep(1)
            for (let at = 700000; at < 8 * HOUR; at += 5 * MINUTE) {
                const verdict = ask(clock, at, (perHour * (at - 700000)) / HOUR)
                expect(verdict === "followed").toBe(false)
            }
            expect(clock.doubted).toBe(true)
            expect(isNear(clock.offset(), OFFSET, 2100)).toBe(true)
            expect(ask(clock, 8 * HOUR, 0)).toBe("agreed")
        }
    })
})
