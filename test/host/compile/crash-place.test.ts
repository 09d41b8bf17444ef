import { afterAll, expect, test } from "vitest"
import { sleep, VirtualClock } from "../../../sim/clock"
import { Device } from "../../../sim/vm/device"
import { compileProgram } from "../../../tools/compile/compile"
import { withSourceLines } from "../../../tools/compile/crash-place"

const clock = new VirtualClock(Number.POSITIVE_INFINITY)

afterAll(() => clock.stop())

const FAILING = `import { locate } from "./kernel/fault"

function lengthOf(text: string): number {
    return text.length
}

function fail() {
    const nothing: string = undefined
    return lengthOf(nothing) + 1
}

try {
    fail()
} catch (e) {
    console.log("caught " + locate(e as Error))
}
`

test("translates the place of a failure on the device into source lines", async () => {
    const overrides = { "src/failing.ts": FAILING }
    const { bytecode, debugInfo } = await compileProgram({
        entry: "src/failing.ts",
        target: "simulator",
        overrides,
    })
    const lines: string[] = []
    const device = new Device({ clock, onLog: ({ text }) => lines.push(text) })
    await device.powerOn()
    device.deploy(bytecode)
    await sleep(clock, 5000)
    device.powerOff()
    const told = lines.filter(text => text.startsWith("caught")).map(text => withSourceLines(text, debugInfo))
    expect(told).toEqual([
        "caught TypeError: getting field 'length' of undefined " +
            "(src/failing.ts:4 < src/failing.ts:9 < src/failing.ts:13)",
    ])
})

test("leaves other text unchanged", async () => {
    const { debugInfo } = await compileProgram({
        entry: "src/failing.ts",
        target: "simulator",
        overrides: { "src/failing.ts": FAILING },
    })
    for (const text of ["heatpump: 230.1 V", "me@192.168.1.10", "at @home"])
        expect(withSourceLines(text, debugInfo)).toBe(text)
})
