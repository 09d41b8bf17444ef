import { afterEach, expect, test } from "vitest"
import { VirtualClock } from "../../sim/clock"
import { VirtualLine } from "../../sim/line/virtual-line"
import { constantLoad } from "../../sim/meter/load"
import { pzem016 } from "../../sim/meter/pzem-016"
import { Rig } from "../../sim/rig"
import { buildImage } from "../../tools/image"
import { defaultConfig } from "../../tools/wiring/default-config"

/*
 * DeviceScript's own compiler compiles `examples/` like any other program. They run in the runtime, on the default board with
 * a PZEM-016 on its line.
 */

let rig: Rig

afterEach(() => rig.end())

/** What an example prints, up to the line `last`. */
async function run(entry: string, last: string): Promise<string[]> {
    const { bytecode, hardware } = await buildImage({ entry, config: defaultConfig, build: "debug" })
    const clock = new VirtualClock(Number.POSITIVE_INFINITY)
    const load = constantLoad({ power: 1000, voltage: 230 })
    // Ten seconds after its power-up a PZEM tells the truth.
    const meter = pzem016({ clock, load, poweredSince: clock.now() - 10_000 })
    const line = new VirtualLine({ clock, slaves: [meter] })
    rig = new Rig({ clock, bytecode, hardware, line })
    await rig.start()
    await rig.told(() => rig.log.at(-1)?.text === last || rig.stops.length > 0)
    // The firmware's own lines have no level.
    const said = rig.log.filter(({ level }) => level !== undefined).map(({ text }) => text)
    return [...said, ...rig.stops.map(code => `stopped: ${code}`)]
}

test("topics.ts: a listener that throws does not disturb the others", async () => {
    expect(await run("examples/topics.ts", "open a window in the kitchen")).toEqual([
        "kitchen: 25",
        "fault in subscriber of temperatures: Error: only whole degrees",
        "fault in subscriber of temperatures: Error: only whole degrees",
        "open a window in the kitchen",
    ])
})

test("actors.ts: a failed actor is replaced, and the other continues", async () => {
    expect(await run("examples/actors.ts", "average: 27")).toEqual([
        "sensor: started",
        "average: 26",
        "sensor failed, a new one starts",
        "sensor: started",
        "average: 27",
    ])
})

test("spi-uart.ts: a meter answers", async () => {
    expect(await run("examples/spi-uart.ts", "voltage: 230 V")).toEqual([
        "opened spi-uart GPIO23/GPIO19",
        "voltage: 230 V",
    ])
})
