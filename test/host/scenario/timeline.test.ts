import { expect, test } from "vitest"
import { durationText, milliseconds, signedMilliseconds } from "../../../tools/scenario/duration"
import { scenarioOf } from "../../../tools/scenario/read-scenario"
import { timelineOf } from "../../../tools/scenario/timeline"

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test("reads and writes durations", () => {
    expect(["250 ms", "90s", "1.5 h", "14 d"].map(milliseconds)).toEqual([250, 90_000, 1.5 * HOUR, 14 * DAY])
    expect(["-2 h", "+90 s"].map(signedMilliseconds)).toEqual([-2 * HOUR, 90_000])
    expect([0, 1500, 26 * HOUR + 1, 14 * DAY].map(durationText)).toEqual([
        "0 s",
        "1 s 500 ms",
        "1 d 2 h",
        "14 d",
    ])
})

test("orders faults by time, and ends them no later than the scenario", () => {
    const scenario = scenarioOf({
        description: "",
        duration: "2 h",
        timeline: [
            { at: "90 min", for: "1 h", fault: "server-down" },
            { at: "1 h", fault: "reboot" },
        ],
    })
    expect(timelineOf(scenario, 1).map(({ at, until }) => [at, until])).toEqual([
        [HOUR, undefined],
        [1.5 * HOUR, 2 * HOUR],
    ])
})

test("repeats a fault at its interval until its end", () => {
    const again = { at: "10 min", every: "20 min", for: "7 min", fault: "wifi-gone" }
    const times = (until?: string) =>
        timelineOf(scenarioOf({ description: "", duration: "2 h", timeline: [{ ...again, until }] }), 1).map(
            ({ at }) => at / MINUTE,
        )
    expect(times("1 h")).toEqual([10, 30, 50])
    expect(times()).toEqual([10, 30, 50, 70, 90, 110])
})

test("random faults follow the seed, the rate and the range of durations", () => {
    const scenario = scenarioOf({
        description: "",
        duration: "1000 d",
        random: [
            { perDay: 4, for: { from: "10 s", to: "1 h" }, fault: "wifi-gone" },
            { perDay: 0.5, fault: "reboot" },
        ],
    })
    const timeline = timelineOf(scenario, 1)
    expect(timelineOf(scenario, 1)).toEqual(timeline)
    expect(timelineOf(scenario, 2)).not.toEqual(timeline)
    const gone = timeline.filter(({ options }) => options.fault === "wifi-gone")
    // Five standard deviations of a Poisson distribution.
    expect(Math.abs(gone.length - 4000)).toBeLessThan(5 * Math.sqrt(4000))
    expect(Math.abs(timeline.length - gone.length - 500)).toBeLessThan(5 * Math.sqrt(500))
    for (const { at, until } of gone.slice(0, -1)) {
        expect(until! - at).toBeGreaterThanOrEqual(10_000)
        expect(until! - at).toBeLessThanOrEqual(HOUR)
    }
})

test("a random fault keeps its times when another one is added after it", () => {
    const first = { perDay: 4, for: "1 min", fault: "wifi-gone" }
    const timesOf = (...random: object[]) =>
        timelineOf(scenarioOf({ description: "", duration: "30 d", random }), 1)
            .filter(({ options }) => options.fault === "wifi-gone")
            .map(({ at }) => at)
    expect(timesOf(first, { perDay: 1, fault: "reboot" })).toEqual(timesOf(first))
})
