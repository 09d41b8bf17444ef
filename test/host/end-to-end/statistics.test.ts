import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import type { Config } from "../../../tools/wiring/config"
import { build, closeHouses, type House, type HouseOptions, ONE_METER } from "./house"
import { ShownMeter } from "./shown-meter"

afterEach(closeHouses)

const SAMPLED: Config = {
    ...ONE_METER,
    line: { driver: "spi-uart" },
    meters: [{ name: "heatpump", model: "pzem-016", address: 1, statistics: ["power"] }],
}

/** How long a meter is not believed after silence, in ms. */
const SETTLE_MS = 5000

async function houseAndMeter(
    options: Partial<HouseOptions> = {},
): Promise<{ house: House; meter: ShownMeter }> {
    let meter: ShownMeter | undefined
    const house = await build({
        config: SAMPLED,
        slaves: clock => {
            meter = new ShownMeter(clock)
            return [meter]
        },
        ...options,
    })
    return { house, meter: meter! }
}

/** The values of one time. */
interface Row {
    readonly time: number
    readonly power: number | undefined
    /** Mean, least and greatest; `undefined` for a missing one. */
    readonly statistics: [number?, number?, number?]
}

function rowsOf(house: House, prefix = ""): Row[] {
    const byTime = new Map<number, Map<string, number>>()
    for (const { time, input, value } of house.arrivals) {
        if (!input.startsWith(`${prefix}power`) || value === null) continue
        byTime.set(time, (byTime.get(time) ?? new Map()).set(input.slice(prefix.length), value))
    }
    return [...byTime]
        .sort(([a], [b]) => a - b)
        .map(([time, row]) => ({
            time,
            power: row.get("power"),
            statistics: [row.get("power_mean"), row.get("power_min"), row.get("power_max")],
        }))
}

/** Compares each row that follows another after 10 s with what the meter showed in between. @returns how many there were */
function expectTrue(rows: readonly Row[], meter: ShownMeter): number {
    const pairs = rows.slice(1).map((row, i) => [rows[i]!, row] as const)
    const ten = pairs.filter(([before, row]) => row.time - before.time === 10)
    for (const [before, row] of ten) {
        const { time, statistics } = row
        expect({ time, statistics }).toEqual({ time, statistics: meter.statistics(before, row) })
    }
    return ten.length
}

test("each reading has the mean, minimum and maximum since the previous one", async () => {
    const { house, meter } = await houseAndMeter()
    await house.until("ten minutes have arrived", () => house.at("power").length >= 60, 900)

    const rows = rowsOf(house)
    // Nothing was gathered until the meter's counter was confirmed.
    for (const { power, statistics } of rows.slice(0, 2)) expect(statistics).toEqual([power, power, power])
    expect(expectTrue(rows.slice(2), meter)).toBeGreaterThan(50)
    // The meter is polled once a second, and the reading has the power that it showed last.
    const polls = rows.slice(3).map((row, i) => meter.indexOf(row) - meter.indexOf(rows[i + 2]!))
    expect(Math.min(...polls)).toBeGreaterThanOrEqual(9)
    expect(Math.max(...polls)).toBeLessThanOrEqual(11)
    for (const row of rows.slice(3)) {
        const { at } = meter.shown[meter.indexOf(row)]!
        expect(Math.abs(at / 1000 - row.time)).toBeLessThan(1.5)
    }
    expect(house.counters).toMatchObject({ dropped: 0, lineErrors: 0, uploadErrors: 0 })
    expect(house.said("warn")).toEqual([])
    expect(house.said("error")).toEqual([])
})

test("each meter has its own statistics, or none", async () => {
    const meters: ShownMeter[] = []
    const config: Config = {
        ...SAMPLED,
        meters: [
            ...SAMPLED.meters,
            { name: "pv", model: "pzem-016", address: 2 },
            { name: "car", model: "pzem-016", address: 3, statistics: ["power", "voltage"] },
        ],
    }
    const house = await build({
        config,
        slaves: clock => {
            for (const address of [1, 2, 3]) meters.push(new ShownMeter(clock, address))
            return meters
        },
    })
    await house.until("five minutes have arrived", () => house.at("car_power").length >= 30, 900)
    for (const [i, name] of (["heatpump_", "pv_", "car_"] as const).entries()) {
        const rows = rowsOf(house, name).slice(2)
        if (name === "pv_") {
            expect(rows[0]!.statistics).toEqual([undefined, undefined, undefined])
            // This meter is polled only in its slots.
            expect(meters[i]!.shown.length).toBeLessThan(40)
        } else {
            expect(expectTrue(rows, meters[i]!)).toBeGreaterThan(20)
            // This meter is polled every second.
            expect(meters[i]!.shown.length).toBeGreaterThan(260)
        }
    }
    expect(house.at("car_voltage_mean").every(({ value }) => value === 230)).toBe(true)
    expect(house.counters).toMatchObject({ dropped: 0, lineErrors: 0, uploadErrors: 0 })
})

test("a short silence keeps the slot's other values; a silent slot leaves a gap", async () => {
    const { house, meter } = await houseAndMeter()
    await house.until("readings arrive", () => house.at("power").length >= 6)
    await house.until("a slot has begun", () => house.now % 10 > 1 && house.now % 10 < 2)
    meter.mute = true
    await house.pass(2)
    meter.mute = false
    const heard = house.clock.now()
    await house.pass(60)
    const silentFrom = house.now
    meter.mute = true
    await house.pass(45)
    meter.mute = false
    const silentTo = house.now
    await house.pass(120)
    await house.until("all has arrived", () => house.counters.accepted === house.counters.readings)

    const rows = rowsOf(house)
    const index = rows.findIndex(({ time }) => time * 1000 > heard)
    const [before, row] = [rows[index - 1]!, rows[index]!]
    const first = meter.shown.find(({ at }) => at >= heard)!.at
    const believed = meter.statistics(
        before,
        row,
        ({ at }) => at < first || at >= first + SETTLE_MS || at === meter.shown[meter.indexOf(row)]!.at,
    )
    expect(row.statistics).toEqual(believed)
    expect(row.statistics).not.toEqual(meter.statistics(before, row))

    const inSilence = rows.filter(({ time }) => time > silentFrom + 11 && time < silentTo)
    expect(inSilence).toEqual([])
    expect(rows.at(-1)!.time).toBeGreaterThan(silentTo + 60)
})

/** The most free bytes on the heap, over many looks with garbage collected. */
async function freeHeap(statistics?: string[]): Promise<number> {
    const [meter] = SAMPLED.meters
    const { house } = await houseAndMeter({
        config: { ...SAMPLED, meters: [{ ...meter!, statistics }] },
    })
    await house.until("five minutes have arrived", () => house.at("power").length >= 30, 900)
    const { device } = house.simulation
    let most = 0
    for (let look = 0; look < 60; look++) {
        device.collectAlways(true)
        await house.pass(0.35)
        device.collectAlways(false)
        most = Math.max(
            most,
            device.heap()!.free.reduce((sum, bytes) => sum + bytes, 0),
        )
    }
    return most
}

// Documented in docs/meters.md.
test("statistics use no more heap than documented: 1 KB plus 256 bytes per extra field", async () => {
    const none = await freeHeap()
    expect(none - (await freeHeap(["power"]))).toBeLessThanOrEqual(1024)
    expect(none - (await freeHeap(["voltage", "current", "power"]))).toBeLessThanOrEqual(1024 + 2 * 256)
})

const WATCHDOG = "src/actors/watchdog.ts"

/** Source texts of a program that restarts after this many seconds, even while readings wait. */
async function restartingAfter(seconds: number): Promise<Record<string, string>> {
    const source = await readFile(join(projectRoot, WATCHDOG), "utf8")
    const text = source.replace(
        /RESTART_FROM_MS = \d+\nconst RESTART_UNTIL_MS = \d+/,
        `RESTART_FROM_MS = 300000\nconst RESTART_UNTIL_MS = ${seconds * 1000}`,
    )
    expect(text).not.toBe(source)
    return { [WATCHDOG]: text }
}

test("readings recovered from flash after a restart keep their statistics", async () => {
    const { house, meter } = await houseAndMeter({ overrides: await restartingAfter(1500) })
    await house.until("readings arrive", () => house.counters.accepted >= 3)
    await house.takeServer()
    const begin = house.now
    await house.until("the restart", () => house.simulation.device.resets === 1, 3000)
    const restarted = house.now
    await house.pass(60)
    await house.bringServer()
    await house.until("all has arrived", () => house.at("power").at(-1)!.time > restarted + 60, 900)

    expect(house.counters.recovered).toBeGreaterThan(110)
    expect(house.counters.dropped).toBe(0)
    const stored = rowsOf(house).filter(({ time }) => time > begin && time < restarted - 5)
    expect(expectTrue(stored, meter)).toBeGreaterThan(110)
    expect(stored.every(({ statistics }) => statistics[0] !== undefined)).toBe(true)
})
