import { afterEach, expect, test } from "vitest"
import { PREPARE, STATION_INDEX } from "../../../sim/bus/services"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { build, closeHouses } from "./house"

afterEach(closeHouses)

/** Longer than the program waits for a deployment, in seconds. */
const WAIT = 70

test("a program prepared for a deployment that does not follow restarts and delivers all its readings once", async () => {
    const house = await build({ slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })] })
    await house.until("readings arrive", () => house.counters.accepted >= 3)
    await house.simulation.settle()
    const taken = house.counters.readings
    const preparedAt = house.now
    await house.simulation.command(STATION_INDEX, PREPARE, new Uint8Array(0))
    await house.pass(WAIT / 2)
    expect(house.rig.stops).toEqual([])
    await house.until("the restart", () => house.rig.stops.length > 0, WAIT)
    expect(house.rig.stops).toEqual([0])
    await house.until("the next start", () => house.said("info").some(text => text.includes("no deployment")))
    const sent = () => house.at("power").map(({ time }) => time)
    await house.until("later readings arrive", () => Math.max(...sent()) > preparedAt + 2 * WAIT)
    expect(sent().filter(time => time <= preparedAt)).toHaveLength(taken)
    expect(new Set(sent()).size).toBe(sent().length)
})
