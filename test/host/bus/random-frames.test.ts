import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { seededRandom } from "../../../sim/random"
import { build, closeHouses } from "../end-to-end/house"
import { randomFrame } from "./random-frames"

/** For more frames: `FRAMES=100000 npx vitest run test/host/bus/random-frames.test.ts`. */
const FRAMES = Number(process.env.FRAMES ?? 4000)
/** Frames per simulated second. */
const BURST = 100
const CHIP = "e3015c2109a40016"

afterEach(closeHouses)

test("readings keep arriving without errors despite random frames with a correct CRC", async () => {
    const house = await build({
        slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })],
        speed: 100,
    })
    await house.until("readings arrive", () => house.counters.accepted > 0)
    const errors = house.said("error").length
    const random = seededRandom(Number(process.env.SEED ?? 1))
    const member = house.simulation.join(() => {})
    for (let sent = 0; sent < FRAMES; sent += BURST) {
        for (let i = 0; i < BURST; i++) member.send(randomFrame(random, CHIP))
        await house.pass(1)
    }
    const before = house.counters.accepted
    await house.until("readings arrive again", () => house.counters.accepted >= before + 10)
    expect(house.rig.stops).toEqual([])
    expect(house.simulation.device.crashes).toEqual([])
    expect(house.said("error").slice(errors)).toEqual([])
    expect(house.counters.dropped + house.counters.lineErrors + house.counters.uploadErrors).toBe(0)
})
