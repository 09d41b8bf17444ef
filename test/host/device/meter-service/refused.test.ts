import { CMD_GET_REG, CMD_SET_REG, ControlCmd, Packet } from "jacdac-ts"
import { afterEach, describe, expect, test } from "vitest"
import { SRV_EMON_STATION } from "../../../../sim/bus/services"
import { closeOpenHouses, ENERGY_WH } from "../open-house"
import { command, meterService, openHouse, RESET_ENERGY, SET_ADDRESS, SET_ALARM } from "./meter-service"

const STATUS_CODE = 0x103
const VOLTAGE = 0x180
/** A holding register of the meter. */
const ALARM_THRESHOLD = 1

afterEach(closeOpenHouses)

describe("refused commands", () => {
    test("refuses a command to a silent meter, logs why, and keeps polling", async () => {
        const open = await openHouse()
        const { house, meter } = open
        await house.until("readings arrive", () => house.counters.accepted >= 1)
        const service = await meterService(open)
        meter.powerOff()
        expect(await command(service, RESET_ENERGY)).toBe("not implemented")
        expect(house.said("error")).toEqual([
            "heatpump: resetEnergy failed: address 1, function 4: no answer",
        ])
        meter.powerOn()
        const { readings } = house.counters
        await house.until("it is read again", () => house.counters.readings > readings)
        expect(meter.energyWh).toBeGreaterThanOrEqual(ENERGY_WH)
        expect(await command(service, RESET_ENERGY)).toBe("done")
    })

    test("refuses short payloads, unknown commands, and unknown or read-only registers", async () => {
        const open = await openHouse()
        const { house, meter } = open
        const service = await meterService(open)
        expect(await command(service, SET_ADDRESS)).toBe("not implemented")
        expect(await command(service, SET_ALARM, [1])).toBe("not implemented")
        for (const code of [0x00, 0x02, 0x83, 0xff, 0x181, 0xfff]) {
            expect(await command(service, code, [1, 2, 3, 4])).toBe("not implemented")
        }
        expect(await command(service, CMD_SET_REG | VOLTAGE, [1, 2])).toBe("not implemented")
        expect(await command(service, CMD_GET_REG | STATUS_CODE)).toBe("not implemented")
        expect(meter.address).toBe(1)
        expect(meter.energyWh).toBeGreaterThanOrEqual(ENERGY_WH)
        await house.until("readings arrive", () => house.counters.accepted >= 1)
        const rest = Array.from({ length: 200 }, (_, i) => i)
        expect(await command(service, SET_ALARM, [0xfc, 0x08, ...rest])).toBe("done")
        expect(house.rig.stops).toEqual([])
    })

    test("ignores a meter's commands at other services", async () => {
        const open = await openHouse()
        const { house, meter } = open
        const service = await meterService(open)
        const control = service.device.service(0)!
        const [station] = await (await open.connect()).program(SRV_EMON_STATION)
        // To the control service, a meter's commands are Noop, Identify and Reset.
        const threshold = [0xfc, 0x08]
        for (const [code, payload] of [
            [RESET_ENERGY, []],
            [SET_ADDRESS, [5]],
            [SET_ALARM, threshold],
            [ControlCmd.Proxy, []],
        ] as const) {
            await control.sendPacketAsync(Packet.from(code, Uint8Array.from(payload)))
        }
        expect(await command(station!, SET_ADDRESS, [5])).toBe("not implemented")
        expect(await command(station!, SET_ALARM, threshold)).toBe("not implemented")
        const { readings } = house.counters
        await house.until("the program goes on", () => house.counters.readings >= readings + 8)
        expect(meter.energyWh).toBeGreaterThanOrEqual(ENERGY_WH)
        expect(meter.address).toBe(1)
        expect(meter.setting(ALARM_THRESHOLD)).toBe(23_000)
        expect(house.rig.stops).toEqual([])
        expect(house.said("error")).toEqual([])
    })
})
