import { afterEach, expect, test } from "vitest"
import type { VirtualClock } from "../../../sim/clock"
import { constantLoad, type Load } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import type { VirtualMeter } from "../../../sim/meter/virtual-meter"
import { toxicNamed } from "../../../sim/toxics/toxic"
import { build, closeHouses, type House, MORNING } from "./house"

afterEach(closeHouses)

/** 1 kW at 230 V. */
const LOAD = constantLoad({ power: 1000 })

/** The inputs of the meter. The device also uploads its own state. */
const METER_INPUTS = ["voltage", "current", "power", "energy", "frequency", "power_factor", "alarm"]

interface HouseAndMeter {
    house: House
    meter: VirtualMeter
}

async function houseAndMeter(load: Load = LOAD): Promise<HouseAndMeter> {
    let meter: VirtualMeter | undefined
    const slaves = (clock: VirtualClock) => {
        meter = pzem016({ clock, load })
        return [meter]
    }
    return { house: await build({ slaves }), meter: meter! }
}

/** Slots between the first and the last arrival that have no value. */
function gaps(house: House): number[] {
    const times = new Set(house.at("power").map(({ time }) => time))
    const missing: number[] = []
    for (let time = Math.min(...times); time < Math.max(...times); time += 10) {
        if (!times.has(time)) missing.push(time)
    }
    return missing
}

test("reports a meter without power once and ignores it until 5 s after power returns", async () => {
    const { house, meter } = await houseAndMeter()
    await house.until("readings arrive", () => house.counters.accepted >= 6)

    meter.powerOff()
    const off = house.now
    await house.pass(600)
    const polls = house.counters.lineErrors
    meter.powerOn()
    const on = house.now
    await house.until("readings arrive again", () => house.at("power").some(({ time }) => time > on))
    await house.pass(60)

    expect(house.said("warn")).toEqual(["heatpump: no readings: address 1, function 4: no answer"])
    expect(house.said("info").filter(text => text === "heatpump: answers again")).toHaveLength(1)
    expect(polls).toBeGreaterThan(10)
    expect(
        METER_INPUTS.flatMap(input => house.at(input)).filter(({ time }) => time > off + 5 && time < on + 5),
    ).toEqual([])
    // In its first 5 s this meter answers nonsense, which is never 1000 W.
    expect(new Set(house.at("power").map(({ value }) => value))).toEqual(new Set([1000]))
    expect(house.said("error")).toEqual([])
    expect(house.counters.uploadErrors).toBe(0)
})

test("ignores a meter's first 5 s after a short power cut, too", async () => {
    const { house, meter } = await houseAndMeter()
    await house.until("readings arrive", () => house.counters.accepted >= 3)
    // The meter is off during one poll, and on again one second before the next.
    await house.until("a poll is over", () => house.now % 10 > 1 && house.now % 10 < 2)
    meter.powerOff()
    await house.until("the next poll is over", () => house.now % 10 > 8.9)
    meter.powerOn()
    await house.until("later readings arrive", () => house.at("power").at(-1)!.time > house.now - 20, 120)
    await house.pass(120)
    expect(new Set(house.at("power").map(({ value }) => value))).toEqual(new Set([1000]))
})

test("uploads every reading with its own time after the server was down for 15 minutes", async () => {
    // The power tells when it was measured: 1 W more in each second.
    const { house } = await houseAndMeter(time =>
        constantLoad({ power: 500 + (time - MORNING) / 1000 })(time),
    )
    await house.until("readings arrive", () => house.counters.accepted >= 6)

    const down = toxicNamed("down")
    await house.proxy.add(down)
    await house.pass(900)
    const before = house.counters
    expect(before.queued).toBeGreaterThan(85)
    await house.proxy.remove(down)
    await house.until("the queue is empty", () => house.counters.accepted > before.readings)

    expect(gaps(house)).toEqual([])
    for (const { time, value } of house.at("power")) {
        const measured = MORNING / 1000 + value! - 500
        expect(Math.abs(time - measured)).toBeLessThan(2)
    }
    expect(house.counters).toMatchObject({ dropped: 0, lineErrors: 0 })
    expect(house.said("error")).toHaveLength(1)
    expect(house.said("error")[0]).toMatch(/^uplink: .*127\.0\.0\.1/)
    expect(house.said("info")).toContain("uplink: EmonCMS accepts readings again")
})

test.each(["timeout", "reset_peer", "limit_data"])(
    "loses no reading when connections have the fault %s",
    async name => {
        const { house } = await houseAndMeter()
        await house.until("readings arrive", () => house.counters.accepted >= 3)
        const toxic = toxicNamed(name)
        await house.proxy.add(toxic)
        await house.until("an upload has failed", () => house.counters.uploadErrors > 0)
        await house.pass(120)
        await house.proxy.remove(toxic)
        const { readings } = house.counters
        await house.until("the queue is empty", () => house.counters.accepted >= readings)
        expect(gaps(house)).toEqual([])
        expect(house.counters.dropped).toBe(0)
        expect(new Set(house.at("power").map(({ value }) => value))).toEqual(new Set([1000]))
    },
)

test("keeps readings while the server's database is down", async () => {
    const { house } = await houseAndMeter()
    await house.until("readings arrive", () => house.counters.accepted >= 3)
    house.server.databaseDown = true
    await house.pass(900)
    const { readings, accepted } = house.counters
    expect(house.said("error")).toEqual([
        "uplink: EmonCMS cannot reach its database. Check MariaDB or MySQL on the server.",
    ])
    house.server.databaseDown = false
    await house.until("the queue is empty", () => house.counters.accepted >= readings)
    expect(accepted).toBeLessThan(readings)
    expect(gaps(house)).toEqual([])
})
