import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { buildImage } from "../../../tools/image"
import { build, closeHouses, type House, ONE_METER } from "./house"

afterEach(closeHouses)

const HOUR = 3600

function dyingHouse(): Promise<House> {
    const slaves: Parameters<typeof build>[0]["slaves"] = clock => [
        pzem016({ clock, load: constantLoad({ power: 1000 }) }),
    ]
    return build({ slaves, entry: "test/device/dying-program.ts" })
}

const isSafe = (house: House) => () => house.said("error").some(text => text.includes("safe mode"))

test("repeated crashes lead to safe mode, which polls slowly and uploads nothing", async () => {
    const house = await dyingHouse()
    await house.until("safe mode", isSafe(house))
    expect(house.rig.stops).toEqual([60005, 60005, 60005, 60005, 60005])
    await house.pass(1800)
    expect(house.rig.stops).toHaveLength(5)
    expect(house.arrivals).toEqual([])
    expect(house.counters.readings).toBeGreaterThanOrEqual(29)
    expect(house.counters.readings).toBeLessThanOrEqual(31)
    expect(house.counters.queued).toBe(house.counters.readings)
})

test("safe mode retries the program once after an hour", async () => {
    const house = await dyingHouse()
    await house.until("safe mode", isSafe(house))
    const safeSince = house.now
    await house.until("the next attempt", () => house.rig.stops.length === 7, HOUR + 300)
    expect(house.now - safeSince).toBeGreaterThan(HOUR)
    // The program's own restart, and then the fault again.
    expect(house.rig.stops.slice(5)).toEqual([0, 60005])
    await house.pass(600)
    expect(house.rig.stops).toHaveLength(7)
    expect(house.said("error").filter(text => text.includes("safe mode"))).toHaveLength(2)
})

test("safe mode accepts a new deployment", async () => {
    const house = await dyingHouse()
    await house.until("safe mode", isSafe(house))
    const mended = await buildImage({ config: ONE_METER })
    await house.simulation.deploy(mended.bytecode)
    await house.until("readings arrive", () => house.arrivals.length > 0, 60)
})

test("a power cut also ends safe mode", async () => {
    const house = await dyingHouse()
    await house.until("safe mode", isSafe(house))
    house.simulation.device.powerOff()
    await house.pass(10)
    await house.simulation.device.powerOn()
    await house.until("readings arrive", () => house.arrivals.length > 0, 60)
})

test("waiting readings survive the end of safe mode", async () => {
    const house = await build({
        slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })],
        entry: "test/device/mending-program.ts",
    })
    await house.until("safe mode", isSafe(house))
    const since = house.now
    await house.until("the end of safe mode", () => house.rig.stops.length === 6, HOUR + 300)
    const until = house.now
    await house.until("all has arrived", () => house.counters.accepted > 60 && house.counters.queued < 5, 600)
    const { recovered, dropped, undatable } = house.counters
    expect(recovered).toBeGreaterThanOrEqual(58)
    expect({ dropped, undatable }).toEqual({ dropped: 0, undatable: 0 })
    const times = house.at("power").map(({ time }) => time)
    const inSafeMode = times.filter(time => time > since && time < until - 60)
    expect(inSafeMode.length).toBeGreaterThanOrEqual(57)
})
