import { afterEach, expect, test } from "vitest"
import { EmonStation, STATION_INDEX } from "../../../sim/bus/services"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { build, closeHouses } from "./house"

afterEach(closeHouses)

/** Index of the first meter's service, and two of its registers. */
const METER = 4
const POWER = 0x182
/** A register that any Jacdac service may have. */
const STATUS = 0x103

test("services leave registers unanswered that they do not have", async () => {
    const house = await build({
        slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })],
    })
    const { simulation } = house
    await house.pass(30)
    expect(await simulation.register(METER, POWER)).toBeDefined()
    expect(await simulation.register(METER, STATUS)).toBeUndefined()
    expect(await simulation.register(STATION_INDEX, EmonStation.actors.code)).toBeDefined()
    expect(await simulation.register(STATION_INDEX, STATUS)).toBeUndefined()
})
