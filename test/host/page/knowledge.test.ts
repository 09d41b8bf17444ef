import { describe, expect, test } from "vitest"
import { EnergyDays } from "../../../tools/page/energy-days"
import { LivePage } from "../../../tools/page/live-page"
import type { ToPage } from "../../../tools/page/messages"
import { moveOf, troubleAfter } from "../../../tools/page/moves"
import { Track } from "../../../tools/page/track"

const midnight = (day: number) => new Date(2026, 10, day).getTime() / 1000

describe("energy per day", () => {
    test("counts from the first value, then from midnight", () => {
        const days = new EnergyDays("heatpump", false)
        expect(days.days).toBeUndefined()
        days.add(midnight(20) + 3600, 100)
        days.add(midnight(20) + 7200, 101.5)
        expect(days.days).toMatchObject({ today: 1.5, since: midnight(20) + 3600, yesterday: undefined })
        days.add(midnight(21) + 10, 102)
        expect(days.days).toMatchObject({ today: 0.5, since: midnight(21), yesterday: 1.5 })
    })

    test("counts from zero when the meter's counter restarts", () => {
        const days = new EnergyDays("heatpump", false)
        days.add(midnight(20), 100)
        days.add(midnight(20) + 60, 0.25)
        days.add(midnight(20) + 120, 0.5)
        expect(days.days!.today).toBeCloseTo(0.5)
    })

    test("has no yesterday after a day without values", () => {
        const days = new EnergyDays("heatpump", false)
        days.add(midnight(20), 100)
        days.add(midnight(22) + 5, 110)
        expect(days.days!.yesterday).toBeUndefined()
    })

    test("counts across the change to winter time", () => {
        const days = new EnergyDays("heatpump", false)
        for (let hour = 0; hour <= 49; hour++)
            days.add(new Date(2026, 9, 24).getTime() / 1000 + hour * 3600, hour)
        expect(days.days!.yesterday).toBeGreaterThan(22)
    })
})

describe("a track", () => {
    test("keeps columns of equal length, with gaps for missing values", () => {
        const track = new Track()
        track.add(1, { power: 10 })
        track.add(2, undefined)
        track.add(3, { power: 30, voltage: 230 })
        expect(track.points("power")).toEqual({ t: [1, 2, 3], v: [10, null, 30] })
        expect(track.points("voltage")).toEqual({ t: [1, 2, 3], v: [null, null, 230] })
        expect(track.points("power", 2)).toEqual({ t: [2, 3], v: [null, 30] })
        expect(track.points("power", 9)).toEqual({ t: [], v: [] })
        expect(track.points("flow")).toEqual({ t: [], v: [] })
    })

    test("drops the oldest points, and keeps two days of ten-second readings", () => {
        const track = new Track()
        for (let i = 0; i < 50_000; i++) track.add(i * 10, { power: i })
        const { t, v } = track.points("power")
        expect(t).toHaveLength(v.length)
        expect(t.length).toBeLessThan(25_000)
        expect(t.at(-1)! - t[0]!).toBeGreaterThan(2 * 86_400)
        expect(v.at(-1)).toBe(49_999)
    })
})

test("log lines determine what moves in the picture", () => {
    const line = (source: string, level: number) => ({ t: 0, level, source, text: "x" })
    expect(moveOf(line("heatpump", 1), ["heatpump"])).toEqual(["reading"])
    expect(moveOf(line("heatpump", 3), ["heatpump"])).toEqual(["trouble", "record"])
    expect(moveOf(line("uplink", 1), ["heatpump"])).toEqual(["accepted"])
    expect(moveOf(line("uplink", 4), ["heatpump"])).toEqual(["failure", "record"])
    expect(moveOf(line("timekeeper", 1), [])).toEqual(["clock"])
    expect(moveOf(line("light", 0), [])).toEqual([])
})

test("upload trouble lasts until readings are accepted or the program restarts", () => {
    const after = (...lines: [level: number, source: string, text: string][]) =>
        lines.reduce(
            (trouble: string | undefined, [level, source, text]) =>
                troubleAfter({ t: 0, level, source, text }, trouble),
            undefined,
        )
    const trouble: [number, string, string] = [4, "uplink", "Nobody answers at 10.0.0.1:80."]
    expect(after(trouble)).toBe("Nobody answers at 10.0.0.1:80.")
    expect(after(trouble, [4, "uplink", "The server has moved."])).toBe("The server has moved.")
    expect(after(trouble, [0, "uplink", "failed: ConnectFailed"], [3, "heatpump", "NoAnswer"])).toBe(
        trouble[2],
    )
    expect(after(trouble, [1, "uplink", "3 readings accepted, 0 waiting"])).toBeUndefined()
    expect(after(trouble, [2, "uplink", "EmonCMS accepts readings again"])).toBeUndefined()
    expect(after(trouble, [2, "program", "started, powered on"])).toBeUndefined()
    // This is the program's own fault and says nothing about the server.
    const restart = "failed (no heartbeat for 180000 ms), starts again"
    expect(after([4, "uplink", restart])).toBeUndefined()
    expect(moveOf({ t: 0, level: 4, source: "uplink", text: restart }, [])).toEqual(["record"])
})

test("the page of a chip shows the cause when it is opened during an outage", () => {
    const page = new LivePage(() => 0, undefined)
    const text = "uplink: Nobody answers at 10.0.0.1:80."
    page.logBefore({ last: [], current: [{ level: 4, seconds: 1, wallTime: false, text }] })
    const told: ToPage[] = []
    page.join((...messages) => told.push(...messages))
    expect(told).toContainEqual(
        expect.objectContaining({ type: "state", trouble: "Nobody answers at 10.0.0.1:80." }),
    )
    page.close()
})

test("the page of a chip refuses what only the simulator can do", () => {
    const page = new LivePage(() => 0, undefined)
    const told: ToPage[] = []
    page.join((...messages) => told.push(...messages)).receive({ type: "begin", fault: "reset" })
    expect(told.at(-1)).toEqual({
        type: "failure",
        text: "Faults, speed and scenarios are only for the simulator.",
    })
    page.close()
})
