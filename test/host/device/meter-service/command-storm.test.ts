import { CMD_GET_REG, Packet } from "jacdac-ts"
import { afterEach, expect, test } from "vitest"
import { closeOpenHouses } from "../open-house"
import { command, meterService, openHouse, RESET_ENERGY, SET_ALARM } from "./meter-service"

const ENERGY = 0x183
const WAVES = 40
const PACKETS = 50

afterEach(closeOpenHouses)

test("polling survives a storm of packets, and commands work afterwards", async () => {
    const open = await openHouse()
    const { house } = open
    await house.until("readings arrive", () => house.counters.accepted >= 1)
    const service = await meterService(open)
    const begun = house.counters.readings
    const full = new Uint8Array(236).fill(0xff)
    for (let wave = 0; wave < WAVES; wave++) {
        for (let i = 0; i < PACKETS; i++) {
            const packets = [
                Packet.onlyHeader(RESET_ENERGY),
                Packet.from(SET_ALARM, full),
                Packet.onlyHeader(CMD_GET_REG | ENERGY),
                Packet.from(0xff, full),
            ]
            await service.sendPacketAsync(packets[i % packets.length]!)
        }
        await house.pass(1)
    }
    await house.until("readings go on", () => house.counters.readings >= begun + 6)
    expect(house.rig.stops).toEqual([])
    expect(house.counters.lineErrors).toBe(0)
    expect(await command(service, RESET_ENERGY)).toBe("done")
})
