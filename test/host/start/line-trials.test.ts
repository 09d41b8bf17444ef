import { afterEach, expect, test } from "vitest"
import { tryOnThisLine } from "../../../cli/start/line-trials"
import { runCommand } from "../../../cli/start/run-command"
import { VirtualClock } from "../../../sim/clock"
import type { LineSettings } from "../../../sim/line/serial-line"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { constantLoad } from "../../../sim/meter/load"
import { virtualMeter } from "../../../sim/meter/models"
import { charactersText, trialsOf } from "../../../tools/commands/line-trials"
import { readModel } from "../../../tools/meters/catalog"
import { projectRoot } from "../../../tools/project"
import type { Config } from "../../../tools/wiring/config"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { wiringOf } from "../../../tools/wiring/read-wiring"
import { isLong } from "../../long"

const clocks = new Set<VirtualClock>()

afterEach(() => {
    for (const clock of clocks) clock.stop()
    clocks.clear()
})

/** Diagnoses a line whose meters have other settings than the wiring, and tries which settings work. */
async function diagnosed(config: Config, meters: LineSettings, powered = true) {
    const clock = new VirtualClock(Number.POSITIVE_INFINITY)
    clocks.add(clock)
    const slaves = config.meters.map(({ model, address }) =>
        virtualMeter(readModel(model, projectRoot), { clock, address, load: constantLoad({ power: 100 }) }),
    )
    if (!powered) for (const slave of slaves) slave.powerOff()
    const line = new VirtualLine({ clock, slaves, settings: meters })
    const view = { show() {} }
    const outcome = await runCommand({ name: "diagnose" }, { clock, line, config, yes: true, view })
    const wiring = await wiringOf(config, "device", projectRoot)
    return { ...outcome, found: await tryOnThisLine(outcome.said, { clock, line, config, wiring }) }
}

const board = defaultConfig.board
const SDM120 = [{ name: "pump", model: "sdm120", address: 7 }]

const WRONG: [string, Config, LineSettings, string][] = [
    [
        "a wrong parity on the SPI-UART",
        { board, line: { driver: "spi-uart", baud: 9600 }, meters: [{ ...SDM120[0]!, model: "sdm630" }] },
        { baudRate: 9600, parity: "even", stopBits: 1 },
        'pump: answers at 9600 bit/s 8E1, but the line is set to 9600 bit/s 8N1; write "baud": 9600, "parity": "even" into ' +
            '"line" in devicescript.json, or set the meter to 9600 bit/s 8N1',
    ],
    [
        "a wrong speed and parity on an SC16IS750",
        { board, line: { driver: "sc16is7xx", baud: 9600 }, meters: SDM120 },
        { baudRate: 2400, parity: "odd", stopBits: 1 },
        'pump: answers at 2400 bit/s 8O1, but the line is set to 9600 bit/s 8N1; write "baud": 2400, "parity": "odd" into ' +
            '"line" in devicescript.json, or set the meter to 9600 bit/s 8N1',
    ],
    [
        "a wrong speed and no parity on an SC16IS750",
        { board, line: { driver: "sc16is7xx", baud: 9600, parity: "odd" }, meters: SDM120 },
        { baudRate: 2400, stopBits: 1 },
        'pump: answers at 2400 bit/s 8N1, but the line is set to 9600 bit/s 8O1; write "baud": 2400, "parity": "none" into ' +
            '"line" in devicescript.json, or set the meter to 9600 bit/s 8O1',
    ],
]

// Each trial compiles a program of its own first, and the last meter is found by the third one. A wrong parity alone is also
// tried over a chip.
test.each(isLong ? WRONG : WRONG.slice(2))(
    "names the settings that work after %s",
    async (_, config, meters, sentence) => {
        const { done, found } = await diagnosed(config, meters)
        expect(done).toBe(true)
        expect(found).toEqual([sentence])
    },
)

if (isLong)
    test("tries nothing if the meter answers, and reports one without power or at an unknown speed", async () => {
        const config: Config = { board, line: { driver: "spi-uart", baud: 9600 }, meters: SDM120 }
        const right = await diagnosed(config, { baudRate: 9600, stopBits: 1 })
        expect(right.said.at(-1)).toBe("the line is fine")
        expect(right.found).toEqual([])
        const far = await diagnosed(config, { baudRate: 300, stopBits: 1 })
        expect(far.found).toEqual(["pump: no answer at these either"])
        const dead = await diagnosed(config, { baudRate: 9600, stopBits: 1 }, false)
        expect(dead.found).toEqual(["pump: no answer at these either"])
    })

test("tries only what the model supports, another parity first", async () => {
    const wiring = await wiringOf(
        { board, line: { driver: "spi-uart" }, meters: SDM120 },
        "device",
        projectRoot,
    )
    const trials = trialsOf(readModel("sdm120", projectRoot), wiring).map(charactersText)
    expect(trials.slice(0, 2)).toEqual(["2400 bit/s 8E1", "2400 bit/s 8O1"])
    expect(trials).not.toContain("2400 bit/s 8N1")
    expect(trials).toContain("9600 bit/s 8N1")
    const pzem = await wiringOf(defaultConfig, "device", projectRoot)
    expect(trialsOf(readModel("pzem-016", projectRoot), pzem)).toEqual([])
})
