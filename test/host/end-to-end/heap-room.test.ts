import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { virtualMeter } from "../../../sim/meter/models"
import { build, closeHouses, type House } from "./house"

afterEach(closeHouses)

/** The firmware hands over up to 5744 received bytes before the program gets its turn, in buffers of 1 KB on the heap. */
const BUFFER_BYTES = 1040
const BUFFERS = 6

/** The most buffers that fit at once, over several looks at the heap with garbage collected. */
async function buffersThatFit(house: House): Promise<number> {
    const { device } = house.simulation
    const looks: number[] = []
    for (let i = 0; i < 20; i++) {
        device.collectAlways(true)
        await house.pass(0.7)
        device.collectAlways(false)
        const { free } = device.heap()!
        looks.push(free.reduce((sum, bytes) => sum + Math.floor(bytes / BUFFER_BYTES), 0))
    }
    return Math.max(...looks)
}

/** A house from which ten minutes of readings have arrived. */
async function livingHouse(): Promise<House> {
    const house = await build({
        slaves: clock => [virtualMeter("pzem-016", { clock, load: constantLoad({ power: 2500 }) })],
    })
    await house.until("ten minutes have arrived", () => house.at("power").length >= 60, 900)
    return house
}

test("the heap has room for a full network burst between uploads", async () => {
    const house = await livingHouse()
    expect(await buffersThatFit(house)).toBeGreaterThanOrEqual(BUFFERS)
    expect(house.rig.stops).toEqual([])
})

// Few blocks are on the heap then: they go to the flash as long as it has room.
test("the heap has room for a full network burst during an outage", async () => {
    const house = await livingHouse()
    await house.takeServer()
    const { writes } = house.simulation.device.flash
    await house.pass(3600)
    expect(house.simulation.device.flash.writes - writes).toBeGreaterThan(1)
    expect(await buffersThatFit(house)).toBeGreaterThanOrEqual(BUFFERS)
    expect(house.rig.stops).toEqual([])
})
