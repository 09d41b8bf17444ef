import { afterEach, beforeAll, expect, test } from "vitest"
import { sleep, VirtualClock } from "../../../sim/clock"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { Rig, type RigOptions } from "../../../sim/rig"
import { compileProgram } from "../../../tools/compile/compile"

/** Warns, says the next number every second, and fails after the last one. */
const PROGRAM = `import * as ds from "@devicescript/core"
console.warn("careful")
for (let i = 1; i <= 10; i++) {
    await ds.sleep(1000)
    console.log("number " + i)
}
throw new RangeError("no more numbers")
`
/** The code with which an uncaught exception stops a program. */
const UNCAUGHT = 60_005

let bytecode: Uint8Array

beforeAll(async () => {
    const entry = "test/device/vm/counting.ts"
    const overrides = { [entry]: PROGRAM }
    bytecode = (await compileProgram({ entry, target: "simulator", overrides })).bytecode
})

const rigs: Rig[] = []

afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.end()
})

async function begin(options: Partial<RigOptions> = {}): Promise<Rig> {
    const clock = new VirtualClock(Number.POSITIVE_INFINITY, Date.UTC(2026, 0, 15))
    const rig = new Rig({ clock, bytecode, line: new VirtualLine({ clock }), ...options })
    rigs.push(rig)
    await rig.start()
    return rig
}

const numbers = ({ log }: Rig) => log.filter(({ text }) => text.startsWith("number "))

test("until() returns within half a second of the condition, and not at its limit", async () => {
    const rig = await begin()
    await rig.until("three numbers", () => numbers(rig).length === 3, 60)
    const late = rig.clock.now() - numbers(rig)[2]!.time
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThanOrEqual(500)
})

test("until() throws at its limit, and tells the condition, the stops, the trouble and the last lines", async () => {
    const rig = await begin()
    const from = rig.clock.now()
    const failed = rig.until("the moon rises", () => false, 12)
    await expect(failed).rejects.toThrow(
        new RegExp(
            `^Not within 12 s: the moon rises\\.\\n\\{"readings":0,.*\\}\\nstops: ${UNCAUGHT}\\n` +
                "[^]*\\n2026-01-15T00:00:00\\.\\d{3}Z warn careful\\n[^]*no more numbers",
        ),
    )
    expect(rig.clock.now() - from).toBe(12_000)
})

test("within() says whether the condition became true in time", async () => {
    const rig = await begin()
    expect(await rig.within(2, () => numbers(rig).length === 5)).toBe(false)
    expect(await rig.within(10, () => numbers(rig).length === 5)).toBe(true)
})

test("told() resolves at the very line, and at a stop", async () => {
    const rig = await begin()
    await rig.told(() => numbers(rig).length === 2)
    expect(rig.clock.now()).toBe(numbers(rig)[1]!.time)
    await rig.told(() => rig.stops.length > 0)
    expect(rig.panics).toEqual([UNCAUGHT])
    expect(numbers(rig)).toHaveLength(10)
})

test("passes on log and stops as they come, and keeps the latest lines only if asked to", async () => {
    const heard: string[] = []
    const stopped: number[] = []
    const rig = await begin({
        keptLines: 3,
        onLog: ({ text }) => heard.push(text),
        onProgramStop: code => stopped.push(code),
    })
    await rig.until("the panic", () => stopped.length > 0, 60)
    expect(stopped).toEqual([UNCAUGHT])
    expect(heard).toContain("careful")
    expect(rig.log.length).toBeGreaterThanOrEqual(3)
    expect(rig.log.length).toBeLessThanOrEqual(6)
    expect(rig.log.map(({ text }) => text)).toEqual(heard.slice(-rig.log.length))
})

test("end() takes down the device, the line, what is behind them in order, and then the clock", async () => {
    const clock = new VirtualClock(Number.POSITIVE_INFINITY)
    const ended: string[] = []
    const closing = (name: string) => async () => {
        // What takes its time still needs the clock.
        await sleep(clock, 100)
        ended.push(`${name}, ${rig.simulation.device.heap() ? "on" : "off"}`)
    }
    const line = new VirtualLine({ clock })
    line.close = closing("line")
    const behind = [{ close: closing("proxy") }, { close: closing("server") }]
    const rig = new Rig({ clock, bytecode, line, behind })
    await rig.start()
    await rig.pass(1)
    expect(rig.simulation.device.heap()).toBeDefined()
    await rig.end()
    expect(ended).toEqual(["line, off", "proxy, off", "server, off"])
    let runs = false
    clock.setTimeout(() => {
        runs = true
    }, 0)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(runs).toBe(false)
})
