import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { projectRoot } from "../../../tools/project"
import { build, closeHouses, type House } from "../end-to-end/house"

afterEach(closeHouses)

const FILE = "src/actors/watchdog.ts"

/** Source texts of a program with other limits of its uptime, in s. */
async function withLimits(from: number, until: number): Promise<Record<string, string>> {
    const source = await readFile(join(projectRoot, FILE), "utf8")
    const text = source.replace(
        /RESTART_FROM_MS = \d+\nconst RESTART_UNTIL_MS = \d+/,
        `RESTART_FROM_MS = ${from * 1000}\nconst RESTART_UNTIL_MS = ${until * 1000}`,
    )
    expect(text).not.toBe(source)
    return { [FILE]: text }
}

async function houseWith(overrides: Record<string, string>): Promise<House> {
    return build({ overrides, slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })] })
}

/** Expects that no reading between two times is missing, and that none arrived twice. */
function expectEverySlot(house: House, from: number, to: number) {
    const times = house.at("power").map(({ time }) => time)
    const inside = times.filter(time => time >= from && time <= to)
    expect(inside).toEqual(inside.map((_, slot) => inside[0]! + 10 * slot))
    expect(new Set(times).size).toBe(times.length)
}

test("restarts when no readings wait, without a write to the flash", async () => {
    const house = await houseWith(await withLimits(300, 3000))
    await house.until("the restart", () => house.simulation.device.resets === 1, 900)
    const restarted = house.now
    const { writes } = house.simulation.device.flash
    await house.until("readings arrive again", () => house.at("power").at(-1)!.time > restarted + 60, 300)
    expect(house.simulation.device.flash.writes).toBe(writes)
    expect(house.counters.recovered).toBe(0)
    expect(house.said("error")).toEqual([])
})

test("delays the restart in an outage, then saves all readings and delivers each once", async () => {
    const house = await houseWith(await withLimits(300, 1500))
    await house.until("readings arrive", () => house.counters.accepted >= 3)
    const begin = house.now
    await house.takeServer()
    await house.until("the restart", () => house.simulation.device.resets === 1, 3000)
    const restarted = house.now
    expect(restarted - begin).toBeGreaterThan(1200)
    await house.pass(60)
    await house.bringServer()
    await house.until("all has arrived", () => house.at("power").at(-1)!.time > restarted + 30, 900)
    // until then all of them waited in RAM
    expect(house.counters.recovered).toBeGreaterThan(110)
    expect(house.counters.dropped).toBe(0)
    expectEverySlot(house, begin - 30, restarted - 10)
})
