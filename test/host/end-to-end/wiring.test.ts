import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { virtualMeter } from "../../../sim/meter/models"
import type { Config } from "../../../tools/wiring/config"
import { build, closeHouses, ONE_METER } from "./house"

afterEach(closeHouses)

test("inputs begin with the meter's name, and a dead meter costs the others no slot", async () => {
    const config: Config = {
        line: { driver: "jacdac-serial", baud: 9600 },
        meters: [
            { name: "heatpump", model: "pzem-016", address: 1 },
            { name: "dead", model: "pzem-016", address: 2 },
            { name: "tank", model: "sdm120", address: 3 },
        ],
    }
    const house = await build({
        config,
        slaves: clock => [
            virtualMeter("pzem-016", {
                clock,
                address: 1,
                load: constantLoad({ power: 2500, voltage: 231 }),
            }),
            virtualMeter("sdm120", { clock, address: 3, load: constantLoad({ power: 500, voltage: 229 }) }),
        ],
    })
    await house.until("ten minutes have arrived", () => house.at("heatpump_power").length >= 60, 900)

    const last = (input: string) => house.at(input).at(-1)?.value
    expect(last("heatpump_power")).toBe(2500)
    expect(last("heatpump_voltage")).toBe(231)
    expect(last("tank_power")).toBe(500)
    expect(last("tank_voltage")).toBe(229)
    expect(house.arrivals.filter(({ input }) => input.startsWith("dead_"))).toEqual([])
    expect(house.said("warn")).toEqual(["dead: no readings: address 2, function 4: no answer"])
    for (const input of ["heatpump_power", "tank_power"]) {
        const times = house.at(input).map(({ time }) => time)
        expect(times).toEqual(times.map((_, slot) => times[0]! + 10 * slot))
    }
})

test("eight meters polled every second share one slot per round", async () => {
    const addresses = [1, 2, 3, 4, 5, 6, 7, 8]
    const house = await build({
        config: {
            line: { driver: "jacdac-serial", baud: 9600 },
            meters: addresses.map(address => ({ name: `m${address}`, model: "pzem-016", address })),
            pollSeconds: 1,
            uploadSeconds: 10,
        },
        slaves: clock =>
            addresses.map(address =>
                virtualMeter("pzem-016", { clock, address, load: constantLoad({ power: 100 * address }) }),
            ),
    })
    await house.until("two minutes have arrived", () => house.at("m8_power").length >= 120, 300)

    // The first rounds come before the server has told the time.
    const from = house.at("m1_power")[0]!.time + 5
    const slots = new Map<number, number>()
    for (const { input, time } of house.arrivals) {
        if (input.endsWith("_power") && time >= from) slots.set(time, (slots.get(time) ?? 0) + 1)
    }
    const whole = [...slots.values()].filter(count => count === addresses.length)
    expect(Math.max(...slots.values())).toBe(addresses.length)
    // On a busy machine a round can be cut short.
    expect(whole.length).toBeGreaterThan(90)
    expect(house.counters.dropped).toBe(0)
    expect(house.rig.stops).toEqual([])
})

test("inputs have the configured names and units", async () => {
    const config: Config = {
        ...ONE_METER,
        inputs: { power: { name: "hp_watts" }, energy: { name: "hp_kwh", unit: "kWh" } },
    }
    const house = await build({
        config,
        slaves: clock => [
            virtualMeter("pzem-016", { clock, load: constantLoad({ power: 0 }), energyWh: 1_234_567 }),
        ],
    })
    await house.until("readings arrive", () => house.counters.accepted >= 3)
    expect(house.at("power")).toEqual([])
    expect(house.at("energy")).toEqual([])
    expect(house.at("voltage")[0]!.value).toBe(230)
    expect(house.at("hp_watts")[0]!.value).toBe(0)
    expect(house.at("hp_kwh")[0]!.value).toBe(1234.567)
})
