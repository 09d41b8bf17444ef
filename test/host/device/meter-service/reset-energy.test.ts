import { afterEach, describe, expect, test } from "vitest"
import { ONE_METER } from "../../end-to-end/house"
import { closeOpenHouses, ENERGY_WH, type OpenHouse } from "../open-house"
import { command, meterService, openHouse, RESET_ENERGY } from "./meter-service"

afterEach(closeOpenHouses)

describe("reset_energy", () => {
    test("is confirmed once the meter has reset, and logged", async () => {
        const open = await openHouse()
        const { house, meter } = open
        await house.until("readings arrive", () => house.counters.accepted >= 1)
        const service = await meterService(open)
        expect(meter.energyWh).toBeGreaterThanOrEqual(ENERGY_WH)
        expect(await command(service, RESET_ENERGY)).toBe("done")
        expect(meter.energyWh).toBeLessThan(5)
        expect(house.said("info")).toContain("heatpump: the energy counter is now 0")
    })

    test("loses no reading and corrupts none", async () => {
        const open = await openHouse()
        const { house } = open
        await house.until("readings arrive", () => house.counters.accepted >= 3)
        const service = await meterService(open)
        await command(service, RESET_ENERGY)
        const resetAt = house.now
        await house.until("later ones arrive", () => house.arrivals.some(({ time }) => time > resetAt + 30))
        expectGapless(open, 10)
        for (const { time, value } of house.at("energy")) {
            // A meter shows the old counter for a second.
            if (time < resetAt) expect(value).toBeGreaterThanOrEqual(ENERGY_WH)
            else if (time > resetAt + 1) expect(value).toBeLessThan(100)
        }
        expect(house.said("warn")).toEqual([])
    })

    test("loses no reading of a meter that is polled every second", async () => {
        const open = await openHouse({
            // An SPI-UART transfer takes a fifth of a second, so command and read-back together would take longer than a slot.
            config: { ...ONE_METER, line: { driver: "sc16is7xx" }, pollSeconds: 1, uploadSeconds: 10 },
            speed: 10,
        })
        const { house } = open
        await house.until("readings arrive", () => house.counters.accepted >= 3)
        const service = await meterService(open)
        const orderedAt = house.now
        await command(service, RESET_ENERGY)
        const resetAt = house.now
        await house.until("later ones arrive", () => house.arrivals.some(({ time }) => time > resetAt + 15))
        // Once the clock is known, the program switches to its slots.
        expectGapless(open, 1, orderedAt - 3)
        const after = house.at("energy").filter(({ time }) => time > resetAt + 2)
        expect(after.every(({ value }) => value! < 100)).toBe(true)
    })
})

/** Expects exactly one reading for each interval since `from`. */
function expectGapless({ house }: OpenHouse, seconds: number, from = 0): void {
    const times = house
        .at("energy")
        .map(({ time }) => time)
        .filter(time => time > from)
    const slots = times.map(time => Math.round(time / seconds)).sort((a, b) => a - b)
    expect(slots).toEqual(slots.map((_, i) => slots[0]! + i))
}
