import { ServerTCP } from "modbus-serial"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { VirtualClock } from "../../../sim/clock"
import { serveOverTcp, type TcpGateway } from "../../../sim/line/rtu-over-tcp"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import type { Toxic } from "../../../sim/toxics/toxic"
import { freePort } from "./asking"
import { HouseWithGateway } from "./house-with-gateway"

const AWAY: Toxic = { type: "down" }

let clock: VirtualClock
let gateway: TcpGateway | undefined
let house: HouseWithGateway | undefined

beforeEach(() => {
    clock = HouseWithGateway.clock()
})

afterEach(async () => {
    await house?.close()
    await gateway?.close()
    house = gateway = undefined
})

/** Two meters behind a transparent gateway. */
async function twoMeters(): Promise<HouseWithGateway> {
    const slaves = [1, 2].map(address =>
        pzem016({ clock, address, load: constantLoad({ power: 1000 * address, current: 5 * address }) }),
    )
    gateway = await serveOverTcp(new VirtualLine({ clock, slaves }))
    return await HouseWithGateway.build(clock, "rtu-over-tcp", gateway.port, [1, 2])
}

test("polls and uploads through one socket without errors", async () => {
    house = await twoMeters()
    await house.until("20 readings delivered", () => house!.counters.accepted >= 20)
    expect(house.counters).toMatchObject({ lineErrors: 0, uploadErrors: 0, dropped: 0 })
    const powers = (input: string) =>
        new Set(house!.arrivals.filter(a => a.input === input).map(a => a.value))
    expect(powers("meter1_power")).toEqual(new Set([1000]))
    expect(powers("meter2_power")).toEqual(new Set([2000]))
})

test("polls wait for a slow upload, and continue after it", async () => {
    house = await twoMeters()
    await house.until("the first upload", () => house!.counters.accepted > 0)
    await house.proxy.add({ type: "latency", latency: 3000 })
    const before = house.counters
    await house.until(
        "10 readings through a slow network",
        () => house!.counters.accepted >= before.accepted + 10,
    )
    const { lineErrors, uploadErrors, readings } = house.counters
    expect({ lineErrors, uploadErrors }).toEqual({ lineErrors: 0, uploadErrors: 0 })
    expect(readings).toBeGreaterThanOrEqual(before.readings + 10)
})

test("polls continue while the server refuses connections, and the backlog is delivered", async () => {
    house = await twoMeters()
    await house.until("the first upload", () => house!.counters.accepted > 0)
    await house.proxy.add(AWAY)
    const before = house.counters
    await house.until("10 more readings", () => house!.counters.readings >= before.readings + 10)
    expect(house.counters.lineErrors).toBe(0)
    await house.proxy.remove(AWAY)
    await house.until("all delivered", () => house!.counters.accepted >= before.readings + 10)
})

test("reads a meter behind the Modbus TCP server of modbus-serial, and uploads it", async () => {
    const port = await freePort()
    const registers = [2300, 4000, 0, 9200, 0, 1234, 0, 500, 100, 0]
    const server = new ServerTCP(
        { getInputRegister: (address: number) => registers[address]! },
        { host: "127.0.0.1", port, unitID: 1 },
    )
    try {
        await new Promise<void>(resolve => server.once("initialized", () => resolve()))
        house = await HouseWithGateway.build(clock, "modbus-tcp", port, [1])
        await house.until("10 readings delivered", () => house!.counters.accepted >= 10)
        expect(house.counters).toMatchObject({ lineErrors: 0, uploadErrors: 0 })
        const power = house.arrivals.filter(({ input }) => input === "power").map(({ value }) => value)
        expect(new Set(power)).toEqual(new Set([920]))
    } finally {
        await house?.close()
        house = undefined
        await new Promise<void>(resolve => server.close(() => resolve()))
    }
})
