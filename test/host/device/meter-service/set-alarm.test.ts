import { afterEach, describe, expect, test } from "vitest"
import { constantLoad } from "../../../../sim/meter/load"
import type { PeacefairMeter } from "../../../../sim/meter/peacefair"
import { pzem017 } from "../../../../sim/meter/pzem-017"
import { closeOpenHouses } from "../open-house"
import { command, meterService, openHouse, SET_ALARM } from "./meter-service"

const POWER_THRESHOLD = 1
const HIGH_VOLTAGE_THRESHOLD = 0

afterEach(closeOpenHouses)

describe("set_alarm", () => {
    test("sets the power of a PZEM-016 in W", async () => {
        const open = await openHouse()
        const service = await meterService(open)
        await open.house.until("readings arrive", () => open.house.counters.readings >= 1)
        expect(await command(service, SET_ALARM, [0xfc, 0x08])).toBe("done")
        expect(open.meter.setting(POWER_THRESHOLD)).toBe(2300)
        expect(open.house.said("info")).toContain("heatpump: power_threshold is 2300 W")
    })

    test("sets the high voltage of a PZEM-017 in 0.01 V", async () => {
        const meters: PeacefairMeter[] = []
        const open = await openHouse({
            config: {
                line: { driver: "jacdac-serial" },
                meters: [{ name: "panel", model: "pzem-017", address: 1 }],
            },
            slaves: clock => {
                meters.push(pzem017({ clock, load: constantLoad({ power: 100 }) }))
                return meters
            },
        })
        const service = await meterService(open)
        await open.house.until("readings arrive", () => open.house.counters.readings >= 1)
        expect(await command(service, SET_ALARM, [0x70, 0x17])).toBe("done")
        expect(meters[0]!.setting(HIGH_VOLTAGE_THRESHOLD)).toBe(6000)
        expect(open.house.said("info")).toContain("panel: high_voltage_threshold is 60.00 V")
        expect(await command(service, SET_ALARM, [0xf3, 0x01])).toBe("not implemented")
        expect(meters[0]!.setting(HIGH_VOLTAGE_THRESHOLD)).toBe(6000)
    })

    test("is refused above the power that the meter can measure", async () => {
        const open = await openHouse()
        const service = await meterService(open)
        const before = open.meter.setting(POWER_THRESHOLD)
        expect(await command(service, SET_ALARM, [0xd9, 0x59])).toBe("not implemented")
        expect(open.meter.setting(POWER_THRESHOLD)).toBe(before)
        expect(open.house.said("error")).toEqual([
            "heatpump: setAlarm failed: power_threshold must be 0 to 23000 W",
        ])
    })
})
