import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { build, closeHouses } from "./house"

afterEach(closeHouses)

test("the device resumes by itself after a power cut", async () => {
    const house = await build({
        slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })],
    })
    await house.until("readings arrive", () => house.counters.accepted >= 3)

    house.simulation.device.powerOff()
    const off = house.now
    await house.pass(60)
    expect(house.arrivals.filter(({ time }) => time > off + 5)).toEqual([])
    const on = house.now
    await house.simulation.device.powerOn()
    await house.until("readings arrive again", () => house.at("power").at(-1)!.time > on + 60, 200)

    const later = house.at("power").filter(({ time }) => time > on)
    expect(later.map(({ time }) => time)).toEqual(later.map((_, slot) => later[0]!.time + 10 * slot))
    expect(house.said("error")).toEqual([])
})
