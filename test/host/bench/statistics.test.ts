import { expect, test } from "vitest"
import { MarkerTimes } from "../../../bench/marker-times"
import { median, slope } from "../../../bench/statistics"

test("takes the middle value as the median, in any order", () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([4, 1, 3, 100])).toBe(3.5)
    expect(median([7])).toBe(7)
})

test("computes the slope by least squares", () => {
    expect(slope([1, 2, 4].map(x => ({ x, y: 5 - 2 * x })))).toBeCloseTo(-2)
    expect(slope([1, 2, 3].map(x => ({ x, y: 7 })))).toBe(0)
    const hours = [10, 12, 11, 13].map((y, i) => ({ x: i + 1, y }))
    expect(slope(hours)).toBeCloseTo(0.8)
})

test("computes a rate for each pair of begin and end markers", () => {
    const times = new MarkerTimes()
    for (const [line, at] of [
        ["starting", 0],
        ["begin a", 1000],
        ["end a 500", 1250],
        ["begin b", 1250],
        ["end b 500", 2250],
        ["begin a", 3000],
        ["end a 500", 3500],
        ["begin b", 4000],
        ["end b 500", 4500],
    ] as const)
        times.take(line, at)
    expect(times.rates("a")).toEqual([2000, 1000])
    expect(times.rates("b")).toEqual([500, 1000])
    expect(times.ratios("a", "b")).toEqual([4, 1])
    expect(times.rates("c")).toEqual([])
})

test("ignores an end marker without a begin marker", () => {
    const times = new MarkerTimes()
    times.take("end a 10", 5)
    expect(times.rates("a")).toEqual([])
})
