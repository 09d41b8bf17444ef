import { describe, expect, it } from "vitest"
import { Feeds } from "../../../sim/emoncms/feeds/feeds"
import { PhpFina } from "../../../sim/emoncms/feeds/phpfina"
import { PROCESSES } from "../../../sim/emoncms/processes"
import { Redis } from "../../../sim/emoncms/redis"

const TIME = 1_700_000_000

/** The longest gap a PHPFINA feed bridges, in slots (measured on the real server). */
const LONGEST_GAP = 15_768_000

describe("PHPFINA", () => {
    it("bridges a gap of five years and drops a value after a longer one", () => {
        const feed = new PhpFina(10)
        feed.post(TIME, 1, false)
        feed.post(TIME + (LONGEST_GAP + 2) * 10, 2, false)
        expect(feed.meta.npoints).toBe(1)
        feed.post(TIME + (LONGEST_GAP + 1) * 10, 2, false)
        expect(feed.meta.npoints).toBe(LONGEST_GAP + 2)
    })

    it.each([
        [1_795_334_400_123, 38_070_392],
        [1_700_000_000_123, 3_487_918_200],
    ])("keeps a wrong start time after a first time in milliseconds: %i", (milliseconds, startTime) => {
        const feed = new PhpFina(10)
        feed.post(milliseconds, 1, false)
        feed.post(TIME, 2, false)
        expect(feed.meta).toMatchObject({ startTime, npoints: 1 })
    })

    it("has slots of at least 10 s", () => {
        expect(new PhpFina(5).meta.interval).toBe(10)
        expect(new PhpFina(60).meta.interval).toBe(60)
    })
})

/** Seconds after TIME, and a value. */
type Sample = [seconds: number, value: number]

/** The last value of a feed after a process has handled some samples. */
function run(process: string, ...samples: Sample[]): number | null {
    const redis = new Redis()
    const storage = { redis, feeds: new Feeds(redis) }
    const feed = storage.feeds.create({ name: "f", tag: "t", engineId: 5, unit: "", interval: 10 })
    for (const [seconds, value] of samples) PROCESSES.get(process)!.run(storage, "1", TIME + seconds, value)
    return storage.feeds.lastValue(feed).value
}

// The expected values were read from a real EmonCMS 11.16.8 after the same samples.
describe("energy processes", () => {
    it("Power to kWh counts a gap of 7199 s, but not one of 7200 s", () => {
        expect(run("process__power_to_kwh", [0, 3600], [7199, 3600])).toBe(7.199)
        expect(run("process__power_to_kwh", [0, 3600], [7200, 3600])).toBe(0)
    })

    it("Accumulator adds up", () => {
        expect(run("process__accumulator", [0, 2], [10, 3])).toBe(5)
    })

    it("kWh accumulator ignores a step of more than 60 kW", () => {
        expect(run("process__kwh_accumulator", [0, 1], [10, 1.16], [20, 1.33], [30, 1.4])).toBe(0.23)
    })

    it("Wh accumulator counts a backlog twice if it follows a live row", () => {
        const live: Sample[] = [
            [0, 1000],
            [10, 1010],
            [100, 1100],
        ]
        const backlog: Sample[] = [
            [40, 1040],
            [70, 1070],
            [100, 1100],
        ]
        expect(run("process__wh_accumulator", ...live)).toBe(100)
        expect(run("process__wh_accumulator", ...live, ...backlog)).toBe(160)
    })

    it("kWh to kWh/d starts over each day", () => {
        const midnight = 6400
        const evening: Sample[] = [
            [midnight - 20, 100],
            [midnight - 10, 101],
        ]
        expect(run("process__kwh_to_kwhd", ...evening)).toBe(1)
        expect(run("process__kwh_to_kwhd", ...evening, [midnight + 10, 103], [midnight + 20, 104])).toBe(3)
    })
})
