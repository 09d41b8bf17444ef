import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { COMMAND_PROGRAM, orderSource } from "../../../tools/commands/line-command"
import { projectRoot } from "../../../tools/project"
import { build, closeHouses, type House } from "./house"

afterEach(closeHouses)

/** Service index and register of the outcome. */
const LOGBOOK = 1
const RECORD = 0x180

const POLLER = "src/actors/poller/commanded-poller.ts"
const BEFORE = "if (restMs > 0)"

async function houseWith(overrides: Readonly<Record<string, string>> = {}): Promise<House> {
    return build({
        entry: COMMAND_PROGRAM,
        overrides: { ...orderSource({ name: "read-alarm", meter: "heatpump" }), ...overrides },
        slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })],
    })
}

/** The outcome as the program tells a PC that was not there when it was logged. */
async function outcomeIn(house: House): Promise<string> {
    await house.until("the end", () => house.rig.log.some(({ text }) => text.startsWith("command ended")), 60)
    const record = await house.simulation.register(LOGBOOK, RECORD)
    return Buffer.from(record ?? []).toString("latin1")
}

test("the outcome of a command can be read afterwards", async () => {
    const house = await houseWith()
    expect(await house.simulation.register(LOGBOOK, RECORD)).toBeUndefined()
    expect(await outcomeIn(house)).toContain("command: heatpump: power_threshold 23000 W")
})

test("a command that ends in a fault has failed", async () => {
    const source = await readFile(join(projectRoot, POLLER), "utf8")
    expect(source).toContain(BEFORE)
    const faulty = source.replace(
        BEFORE,
        `if (restMs < 1e6) throw new RangeError("too hot")\n        ${BEFORE}`,
    )
    const house = await houseWith({ [POLLER]: faulty })
    expect(await outcomeIn(house)).toContain("command: RangeError: too hot")
    expect(house.rig.log.map(({ text }) => text)).toContain("command ended: failed")
})
