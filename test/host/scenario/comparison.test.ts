import { expect, test } from "vitest"
import { type Comparison, compare } from "../../../tools/scenario/comparison"
import type { Taken } from "../../../tools/scenario/journal"

const POLL = 10
/** A multiple of the interval, in s. */
const START = 1_768_435_200

/** Readings in consecutive slots, each with its own power and energy. */
function readings(count: number): Taken[] {
    return Array.from({ length: count }, (_, i) => ({
        meter: "m",
        at: (START + i * POLL) * 1000 + 80,
        values: [230.1, 4.321, 1000.1 + i, 5000 + 3 * i, 50, 0.98, 0],
    }))
}

/** Feeds that hold these readings at their slots, each `late` seconds late. */
function feedsOf(taken: readonly Taken[], late = 0): [number, number][][] {
    return taken[0]!.values.map((_, column) =>
        taken.map(({ at, values }) => [
            Math.floor(at / 1000 / POLL) * POLL + late,
            Math.fround(values[column]!),
        ]),
    )
}

function judge(
    taken: readonly Taken[],
    feeds: [number, number][][],
    end = Number.POSITIVE_INFINITY,
): Comparison {
    return compare(taken, taken, feeds, { pollSeconds: POLL, end })
}

const GOOD = { missing: 0, wrong: 0, timeErrorS: 0.08, energyErrorWh: 0 }

test("counts every reading of complete feeds as delivered", () => {
    const taken = readings(100)
    expect(judge(taken, feedsOf(taken))).toEqual({ delivered: 100, ...GOOD })
})

test("counts absent readings as missing, but not the energy in the gap", () => {
    const taken = readings(100)
    const feeds = feedsOf(taken.filter((_, i) => i < 40 || i >= 60))
    expect(judge(taken, feeds)).toEqual({ ...GOOD, delivered: 80, missing: 20 })
})

test("counts a reading with one wrong value as wrong and missing", () => {
    const taken = readings(100)
    const feeds = feedsOf(taken)
    feeds[2]![50]![1] += 0.1
    expect(judge(taken, feeds)).toEqual({ ...GOOD, delivered: 99, missing: 1, wrong: 1 })
})

test("reports a wrong energy value as an energy error", () => {
    const taken = readings(100)
    const feeds = feedsOf(taken)
    feeds[3]![50]![1] = 0
    const { energyErrorWh } = judge(taken, feeds)
    expect(energyErrorWh).toBe(5153 - 2 * 3)
})

test("counts readings that are 10 min late as delivered, and 2 h late as missing", () => {
    const taken = readings(100)
    expect(judge(taken, feedsOf(taken, 600))).toEqual({ ...GOOD, delivered: 100, timeErrorS: 599.92 })
    expect(judge(taken, feedsOf(taken, 7200))).toMatchObject({ delivered: 0, missing: 100, wrong: 100 })
})

test("counts readings with constant values by their times", () => {
    const taken = readings(100).map(reading => ({ ...reading, values: readings(1)[0]!.values }))
    const feeds = feedsOf(taken.filter((_, i) => i < 40 || i >= 60))
    expect(judge(taken, feeds)).toMatchObject({ delivered: 80, missing: 20, wrong: 0 })
})

test("counts the energy on both sides of a counter reset", () => {
    const taken = readings(100).map((reading, i) => ({
        ...reading,
        values: reading.values.with(3, i < 50 ? 5000 + 3 * i : 2 * (i - 50)),
    }))
    const feeds = feedsOf(taken)
    expect(judge(taken, feeds).energyErrorWh).toBe(0)
    const withoutThatTime = feedsOf(taken.filter((_, i) => i < 45 || i >= 55))
    expect(judge(taken, withoutThatTime).energyErrorWh).toBe(-(5 * 3) + 0)
})

test("ignores readings after the end", () => {
    const taken = readings(100)
    const feeds = feedsOf(taken.slice(0, 95))
    feeds[0]!.push([START + 990, 1])
    expect(judge(taken, feeds, (START + 900) * 1000)).toMatchObject({ delivered: 90, missing: 0, wrong: 0 })
})
