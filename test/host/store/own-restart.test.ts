import { afterEach, expect, test } from "vitest"
import { faultyHouse } from "../end-to-end/faulty-house"
import { closeHouses } from "../end-to-end/house"

afterEach(closeHouses)

test("saves the readings in RAM before it restarts for a hung actor in an outage", async () => {
    const house = await faultyHouse({ actor: "poller", kind: "hang" })
    await house.until("readings arrive", () => house.counters.accepted >= 3, 90)
    await house.takeServer()
    const { writes } = house.simulation.device.flash
    await house.until("the program stops", () => house.rig.stops.length > 0, 300)
    const stopped = house.now
    // the program's own restart ends it with code 0
    expect(house.rig.stops).toEqual([0])
    expect(house.simulation.device.flash.writes).toBeGreaterThan(writes)
    await house.pass(60)
    const { recovered } = house.counters
    expect(recovered).toBeGreaterThan(3)
    await house.bringServer()
    await house.until("all has arrived", () => house.at("power").at(-1)!.time > stopped + 30, 900)

    expect(house.counters.dropped).toBe(0)
    const times = house.at("power").map(({ time }) => time)
    const last = times.findLastIndex(time => time < stopped - 30)
    expect(times.slice(0, last)).toEqual(times.slice(0, last).map((_, slot) => times[0]! + 10 * slot))
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
})
