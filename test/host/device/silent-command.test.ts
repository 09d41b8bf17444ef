import { afterEach, expect, test } from "vitest"
import { commandDevice, targetOf } from "../../../tools/commands/on-device"
import { compileProgram } from "../../../tools/compile/compile"
import { CommandSilent } from "../../../tools/device/errors"
import { buildImage } from "../../../tools/image"
import type { Config } from "../../../tools/wiring/config"
import { ONE_METER } from "../end-to-end/house"
import { closeOpenHouses, OpenHouse } from "./open-house"

const SILENT_MS = 3000
const config: Config = { ...ONE_METER, line: { driver: "spi-uart", baud: 9600 } }

afterEach(closeOpenHouses)

test("a command that stops reporting is given up, and polling continues", async () => {
    const open = await OpenHouse.build({ config })
    const { house } = open
    const device = await open.connect()
    const target = await targetOf(device)
    const { bytecode: main } = await buildImage({ config })
    const overrides = { "src/quiet.ts": `console.log("quiet")` }
    const quiet = await compileProgram({ entry: "src/quiet.ts", target: "simulator", overrides })
    const told: string[] = []
    let deployed: Promise<unknown> | undefined
    const say = (sentence: string) => {
        told.push(sentence)
        // The first word about the scan is the last one.
        if (sentence.startsWith("address")) deployed ??= house.simulation.deploy(quiet.bytecode)
    }
    const scanning = commandDevice(device, { target, main, silentMs: SILENT_MS }, say, run =>
        run({ name: "scan", first: 1, last: 247 }, config),
    )
    await expect(scanning).rejects.toEqual(new CommandSilent(SILENT_MS))
    await deployed
    expect(told.at(-1)).toBe("Restoring the program.")
    const { accepted } = house.counters
    await house.until("readings arrive", () => house.counters.accepted > accepted)
})
