import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { virtualMeter } from "../../../sim/meter/models"
import { build, closeHouses } from "./house"

afterEach(closeHouses)

/** The firmware hands over up to 5744 received bytes before the program has a turn, in buffers of 1 KB on the heap. */
const RECEIVED_AT_ONCE = 5 * 1040

test("between uploads there is a piece of heap for all that the network may hand over at once", async () => {
    const house = await build({
        slaves: clock => [virtualMeter("pzem-016", { clock, load: constantLoad({ power: 2500 }) })],
    })
    await house.until("ten minutes have arrived", () => house.at("power").length >= 60, 900)

    const { device } = house.simulation
    const looks: number[] = []
    for (let i = 0; i < 20; i++) {
        device.collectAlways(true)
        await house.pass(0.7)
        device.collectAlways(false)
        looks.push(device.heap()!.largestFree)
    }
    expect(Math.max(...looks)).toBeGreaterThan(RECEIVED_AT_ONCE)
    expect(house.programStops).toEqual([])
})
