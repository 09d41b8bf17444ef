import { CMD_GET_REG, jdpack, Packet, SystemCmd } from "jacdac-ts"
import { afterEach, expect, test } from "vitest"
import { BusPort, type OpenBus } from "../../../sim/bus/bus-port"
import { EmonStation, EmonStore, SRV_EMON_STORE, STATION_INDEX, STORE_INDEX } from "../../../sim/bus/services"
import { BusConnection } from "../../../tools/device/bus-connection"
import { Device, findRegister } from "../../../tools/device/device"
import { readStatus } from "../../../tools/device/status"
import { statusLines } from "../../../tools/device/status-text"
import { closeOpenHouses, OpenHouse } from "./open-house"

/** Size of `offset` and `uncertainty`, which were the whole register at first. */
const OLD_CLOCK_BYTES = 16
/** No register of the store has ever had this code. */
const NO_REGISTER = { code: 0x1ef, format: "u8" }

afterEach(closeOpenHouses)

test("reads the status of an older program without room and doubt", async () => {
    const { house } = await OpenHouse.build()
    await house.until("readings arrive", () => house.counters.accepted >= 1)
    const port = await BusPort.open(olderProgram(house.simulation), house.clock, 0)
    const connection = await BusConnection.open([port.port])
    try {
        const status = await readStatus(await Device.find(connection.bus))
        const { queue, clock, clockDoubted, counters } = status.program
        expect({ queue, clockDoubted }).toEqual({ queue: undefined, clockDoubted: undefined })
        expect(Math.abs(clock!.now - house.clock.now())).toBeLessThan(5000)
        expect(counters.accepted).toBeGreaterThanOrEqual(1)
        const lines = statusLines(status)
        expect(lines.filter(line => /^queue|doubt|NaN|undefined/.test(line))).toEqual([])
    } finally {
        await connection.close()
        await port.close()
    }
})

test("returns undefined for a register that the program does not have", async () => {
    const open = await OpenHouse.build()
    await open.house.until("readings arrive", () => open.house.counters.accepted >= 1)
    const [store] = await (await open.connect()).program(SRV_EMON_STORE)
    expect(await findRegister(store!, NO_REGISTER)).toBeUndefined()
    expect(await findRegister(store!, EmonStore.room)).toHaveLength(5)
})

/** The same bus, but the program answers like an older one, without `room` and without `doubted` in its `clock`. */
function olderProgram(bus: OpenBus): OpenBus {
    return {
        join: receive =>
            bus.join(frame => {
                for (const packet of Packet.fromFrame(frame, 0)) receive(olderAnswer(packet))
            }),
    }
}

function olderAnswer(packet: Packet): Uint8Array {
    const { isReport, serviceCommand, serviceIndex } = packet
    const answers = (index: number, code: number) =>
        isReport && serviceIndex === index && serviceCommand === (CMD_GET_REG | code)
    if (answers(STATION_INDEX, EmonStation.clock.code)) packet.data = packet.data.slice(0, OLD_CLOCK_BYTES)
    if (answers(STORE_INDEX, EmonStore.room.code)) {
        packet.serviceCommand = SystemCmd.CommandNotImplemented
        packet.data = jdpack("u16 u16", [serviceCommand, 0])
    }
    return packet.toBuffer()
}
