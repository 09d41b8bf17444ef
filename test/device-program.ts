import { readdir } from "node:fs/promises"
import { join, relative } from "node:path"
import { VirtualClock } from "../sim/clock"
import { Device } from "../sim/vm/device"
import { compileProgram } from "../tools/compile/compile"
import { CompileError } from "../tools/compile/compile-error"
import { projectRoot } from "../tools/project"

/** What one test of a device program came to. */
export interface DeviceTest {
    name: string
    /** What it printed when it failed; `undefined` when it passed. */
    failure: string | undefined
}

/** A device test program may run so long, in ms of its own time. */
const LIMIT_MS = 604_800_000

/** The line with which a test program ends. */
const CLOSING = /^tests: (\d+), pass: (\d+), error: (\d+)$/

/** All test programs for the device, relative to the project's folder. */
export async function deviceTestFiles(): Promise<string[]> {
    const folder = join(projectRoot, "test/device")
    const names = await readdir(folder, { recursive: true })
    return names
        .filter(name => name.endsWith(".test.ts"))
        .map(name => relative(projectRoot, join(folder, name)))
        .sort()
}

/**
 * Compiles a test program and runs it in the DeviceScript runtime, as fast as the machine can.
 *
 * What `@devicescript/test` prints tells which tests there are and which failed: a test's name in two blanks, and after
 * it what it threw. A program that ends without its closing line has failed with the test that ran last.
 */
export async function runDeviceTests(file: string): Promise<DeviceTest[]> {
    try {
        const { bytecode } = await compileProgram({ entry: file, target: "simulator" })
        return parse(await run(bytecode))
    } catch (error) {
        if (!(error instanceof CompileError)) throw error
        return [{ name: "compiles", failure: error.message }]
    }
}

/** What the program prints until it ends. */
async function run(bytecode: Uint8Array): Promise<string[]> {
    const clock = new VirtualClock(Number.POSITIVE_INFINITY)
    const lines: string[] = []
    const device = new Device({
        clock,
        onLog: ({ text }) => {
            lines.push(text)
            if (CLOSING.test(text)) end()
        },
        onProgramStop: code => {
            if (code !== 0) end()
        },
    })
    let end = () => {}
    await device.powerOn()
    device.deploy(bytecode)
    await new Promise<void>(resolve => {
        end = resolve
        clock.setTimeout(resolve, LIMIT_MS)
    })
    device.powerOff()
    clock.stop()
    return lines
}

function parse(lines: string[]): DeviceTest[] {
    const tests: DeviceTest[] = []
    const begin = lines.findIndex(line => /^running \d+ tests$/.test(line))
    const end = lines.findIndex(line => CLOSING.test(line))
    for (const line of lines.slice(begin + 1, end < 0 ? undefined : end)) {
        const name = /^ {2}(\S.*)$/.exec(line)?.[1]
        const last = tests.at(-1)
        if (name !== undefined) tests.push({ name, failure: undefined })
        else if (last && (last.failure !== undefined || /xception|PANIC/.test(line))) {
            last.failure = `${last.failure ?? ""}${line}\n`
        }
    }
    const [, total, passed] = CLOSING.exec(lines[end] ?? "") ?? []
    const failures = tests.filter(test => test.failure !== undefined).length
    if (Number(total) !== tests.length || Number(passed) !== tests.length - failures) {
        const story = `It ended without running all its tests:\n${lines.slice(-12).join("\n")}`
        tests.push({ name: "runs to its end", failure: story })
    }
    return tests
}
