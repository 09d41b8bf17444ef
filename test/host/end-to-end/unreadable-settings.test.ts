import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { projectRoot } from "../../../tools/project"
import { build, closeHouses } from "./house"

afterEach(closeHouses)

const FILE = "src/device/settings.ts"
const READ = "await readSetting(key)"
/** Longer than the firmware's settings take. */
const REFUSED_KEY = "LONGER_THAN_13_CHARACTERS"

test("readings go on being taken while no setting can be read, and the log says why none is sent", async () => {
    const source = await readFile(join(projectRoot, FILE), "utf8")
    expect(source).toContain(READ)
    const house = await build({
        slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })],
        overrides: { [FILE]: source.replace(READ, READ.replace("key", `"${REFUSED_KEY}"`)) },
    })
    await house.pass(120)
    await house.simulation.settle()
    expect(house.rig.stops).toEqual([])
    expect(house.counters.readings).toBeGreaterThan(8)
    expect(house.counters.accepted).toBe(0)
    expect(house.said("warn")).toContain("settings: RangeError: key length must be <= 13")
    const about = house.rig.log.filter(({ text }) => text.includes("EMON_URL: missing"))
    expect(about.length).toBeGreaterThan(0)
})
