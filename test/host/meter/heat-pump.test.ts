import { expect, test } from "vitest"
import { heatPump } from "../../../sim/meter/heat-pump"
import type { Flow } from "../../../sim/meter/load"
import { SOME_DAY } from "./asking"

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The power every ten seconds over a day. */
function day(seed: number, from = SOME_DAY): number[] {
    const load = heatPump(seed)
    return Array.from({ length: DAY / 10_000 }, (_, i) => load(from + i * 10_000).power)
}

test("gives the same load for the same seed, in any order of times", () => {
    const forwards = heatPump(7)
    const times = Array.from({ length: 500 }, (_, i) => SOME_DAY + i * 173_000)
    const seen = times.map(forwards)
    const backwards = heatPump(7)
    expect(times.toReversed().map(backwards).toReversed()).toEqual(seen)
})

test("gives another load for another seed", () => {
    expect(day(1)).not.toEqual(day(2))
})

test.each([1, 2, 3, 4, 5])("uses 10 to 30 kWh on each day of a month (seed %i)", seed => {
    for (let d = 0; d < 30; d++) {
        const kWh = day(seed, SOME_DAY + d * DAY).reduce((sum, power) => sum + power, 0) / 360_000
        expect(kWh).toBeGreaterThan(10)
        expect(kWh).toBeLessThan(30)
    }
})

test("stays within the limits of a PZEM-016 and of a European supply", () => {
    const load = heatPump(1)
    const flows = Array.from({ length: DAY / 1000 }, (_, i) => load(SOME_DAY + i * 1000))
    const range = (of: (flow: Flow) => number) => {
        const values = flows.map(of).sort((a, b) => a - b)
        return { least: values[0]!, most: values.at(-1)! }
    }
    const voltage = range(flow => flow.voltage)
    expect(voltage.least).toBeGreaterThan(207)
    expect(voltage.most).toBeLessThan(253)
    const current = range(flow => flow.current)
    expect(current.least).toBeGreaterThan(0.02)
    expect(current.most).toBeLessThan(20)
    const power = range(flow => flow.power)
    expect(power.least).toBeGreaterThan(5)
    expect(power.most).toBeLessThan(4000)
    const frequency = range(flow => flow.frequency)
    expect(frequency.least).toBeGreaterThan(49.95)
    expect(frequency.most).toBeLessThan(50.05)
    expect(range(flow => flow.power / (flow.voltage * flow.current)).most).toBeLessThan(1)
})

test("cycles between standby and running, and ramps up after each start", () => {
    const powers = day(1)
    const starts = powers.filter((power, i) => i > 0 && powers[i - 1]! < 70 && power >= 70).length
    expect(starts).toBeGreaterThan(5)
    expect(powers.filter(power => power < 15).length).toBeGreaterThan(30)
    const start = powers.findIndex((power, i) => i > 0 && powers[i - 1]! < 70 && power >= 70)
    const ramp = powers.slice(start + 1, start + 10)
    expect(ramp).toEqual(ramp.toSorted((a, b) => a - b))
})

test("heats water twice a day, with rising power as the tank gets warmer", () => {
    const powers = day(1)
    const hours = powers.flatMap((power, i) => (power > 1600 ? [(i * 10_000) / HOUR] : []))
    const morning = hours.filter(hour => hour < 12)
    const afternoon = hours.filter(hour => hour >= 12)
    expect(morning.at(-1)! - morning[0]!).toBeLessThan(1)
    expect(afternoon.at(-1)! - afternoon[0]!).toBeLessThan(1)
    expect(morning[0]).toBeGreaterThan(4)
    expect(afternoon[0]).toBeGreaterThan(15)
    expect(Math.max(...powers)).toBeGreaterThan(2200)
    for (const run of [morning, afternoon]) {
        const end = Math.round((run.at(-1)! * HOUR) / 10_000) + 1
        // Means over the last four times five minutes: the overshoot after the start is over by then.
        const means = [4, 3, 2, 1].map(
            i => powers.slice(end - 30 * i, end - 30 * (i - 1)).reduce((sum, power) => sum + power, 0) / 30,
        )
        for (const [i, mean] of means.slice(1).entries()) expect(mean).toBeGreaterThan(means[i]! + 50)
    }
})

test("defrosts on cold days: stops, melts the ice, stops, and starts again", () => {
    const week = Array.from({ length: 7 }, (_, d) => day(1, SOME_DAY + d * DAY)).flat()
    const defrosts = week.filter((_, i) => {
        const stopped = week[i - 1]! > 700 && week[i]! < 100 && week[i + 1]! < 100
        const melting = week.slice(i + 4, i + 26).every(power => power > 930 && power < 985)
        const restarting = week.slice(i + 29, i + 31).every(power => power < 110)
        return stopped && melting && restarting
    })
    expect(defrosts.length).toBeGreaterThan(10)
})

test("has a poor power factor in standby and a good one at work", () => {
    const load = heatPump(1)
    const seen = Array.from({ length: DAY / MINUTE }, (_, i) => load(SOME_DAY + i * MINUTE))
    for (const { voltage, current, power } of seen) {
        const powerFactor = power / (voltage * current)
        if (power < 15) expect(powerFactor).toBeLessThan(0.5)
        if (power > 1000) expect(powerFactor).toBeGreaterThan(0.95)
    }
})

test("pulls the voltage down under load", () => {
    const load = heatPump(1)
    const mean = (wanted: (power: number) => boolean) => {
        const voltages = Array.from({ length: 7 * 1440 }, (_, i) => load(SOME_DAY + i * MINUTE))
            .filter(({ power }) => wanted(power))
            .map(({ voltage }) => voltage)
        return voltages.reduce((sum, voltage) => sum + voltage, 0) / voltages.length
    }
    expect(mean(power => power > 1600)).toBeLessThan(mean(power => power < 100) - 1)
})
