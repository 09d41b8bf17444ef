import { readdir, readFile } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import { VirtualClock } from "../../sim/clock"
import { Device } from "../../sim/vm/device"
import { compileProgram, type Program } from "../compile/compile"
import { CompileError } from "../compile/compile-error"
import { projectRoot } from "../project"

/** The result of one test. */
export interface DeviceTest {
    name: string
    /** What the test printed if it failed; `undefined` if it passed. */
    failure: string | undefined
}

/** Follows a run. */
export interface Watcher {
    /** @param part from 0 to 1 */
    onProgress?(part: number): void
    /**
     * A test program has ended.
     * @param reached offsets of the instructions that it has executed
     */
    onRun(program: Program, reached: ReadonlySet<number>): void
}

/** A file with tests that run on the device. */
interface TestFile {
    /** Relative to the project's folder. */
    readonly path: string
    /** Titles of its top-level suites, in order. */
    readonly suites: readonly string[]
    /** Characters of its source. */
    readonly size: number
}

const FOLDER = "test/device"

/** Test sources of so many characters fit into a program, with what they test. Compiled together, files take a third of the time. */
const MOST_SOURCE = 30_000

/** Files that need a program of their own. */
const ALONE: ReadonlySet<string> = new Set(
    [
        // Its device has just been switched on.
        "device/restarts",
        // They have a memory chip of 32 KB, which is half of the heap.
        "device/i2c-slots",
        "device/memory-chip",
        // They fill the flash.
        "device/settings-slots",
        "queue/queue-slots",
        // Their services, or the lack of them, would disturb others.
        "line/ports/jacdac-serial-unbound",
        "line/ports/jacdac-serial",
        "services/state/device-state",
    ].map(name => `${FOLDER}/${name}.test.ts`),
)

/** The end of a program of several files: a pause before each test. Otherwise tests without one would add up to one slice. */
const PAUSES = `
import * as ds from "@devicescript/core"
import { root, SetupTeardownNode } from "@devicescript/test/src/core"
root.children.forEach(suite => suite.befores.push(new SetupTeardownNode(async () => await ds.sleep(1))))
`

/** Time limit for a test program, in ms of its own clock. */
const LIMIT_MS = 604_800_000

/** The last line that a test program prints. */
const CLOSING = /^tests: (\d+), pass: (\d+), error: (\d+)$/

/** All test files for the device, relative to the project's folder. */
export async function deviceTestFiles(): Promise<string[]> {
    const folder = join(projectRoot, FOLDER)
    const names = await readdir(folder, { recursive: true })
    return names
        .filter(name => name.endsWith(".test.ts"))
        .map(name => relative(projectRoot, join(folder, name)))
        .sort()
}

/**
 * Runs all test files in the DeviceScript runtime. Several files run as one program. A file that does not pass there runs again
 * alone, and that result counts.
 */
export async function runAllDeviceTests(watcher?: Watcher): Promise<Map<string, DeviceTest[]>> {
    const results = new Map<string, DeviceTest[]>()
    const files = await Promise.all((await deviceTestFiles()).map(readTestFile))
    for (const group of groupsOf(files)) {
        watcher?.onProgress?.(results.size / files.length)
        const together = group.length > 1 ? await runTogether(group, watcher) : undefined
        for (const { path } of group)
            results.set(path, together?.get(path) ?? (await runDeviceTests(path, watcher)))
    }
    return results
}

async function readTestFile(path: string): Promise<TestFile> {
    const text = await readFile(join(projectRoot, path), "utf8")
    return {
        path,
        suites: [...text.matchAll(/^describe\("([^"]+)"/gm)].map(([, title]) => title!),
        size: text.length,
    }
}

/** Groups files of the same room, in their order; those that run alone come last. */
function groupsOf(files: readonly TestFile[]): TestFile[][] {
    const groups: TestFile[][] = []
    let size = 0
    for (const file of files.filter(({ path }) => !ALONE.has(path))) {
        const last = groups.at(-1)
        size += file.size
        if (last && roomOf(last[0]!) === roomOf(file) && size <= MOST_SOURCE) last.push(file)
        else {
            groups.push([file])
            size = file.size
        }
    }
    return [...groups, ...files.filter(({ path }) => ALONE.has(path)).map(file => [file])]
}

/** The first part of its path within {@link FOLDER}. Files of different rooms would get in each other's way. */
function roomOf({ path }: TestFile): string {
    return relative(FOLDER, path).split(sep)[0]!
}

/** @returns the results of the files whose tests have all passed, by path */
async function runTogether(
    group: readonly TestFile[],
    watcher?: Watcher,
): Promise<Map<string, DeviceTest[]>> {
    const entry = `${FOLDER}/together.ts`
    const imports = group.map(({ path }) => `import "./${relative(FOLDER, path).replace(/\.ts$/, "")}"\n`)
    const lines = await compileAndRun(entry, watcher, { [entry]: imports.join("") + PAUSES })
    if (lines instanceof CompileError) return new Map()
    const results = new Map<string, DeviceTest[]>()
    for (const { path, suites } of group) {
        const begin = lines.indexOf(suites[0]!)
        const next = group[results.size + 1]
        const end = next ? lines.indexOf(next.suites[0]!) : lines.findIndex(line => CLOSING.test(line))
        // The program ended in this file.
        if (begin < 0 || end < begin) break
        results.set(path, testsIn(lines.slice(begin, end)))
    }
    const isGood = (tests: DeviceTest[]) =>
        tests.length > 0 && tests.every(({ failure }) => failure === undefined)
    return new Map([...results].filter(([, tests]) => isGood(tests)))
}

/**
 * Compiles a test file and runs it in the DeviceScript runtime, as fast as the machine can.
 *
 * Reads the results from what `@devicescript/test` prints: a test's name after two blanks, and then what it threw. If a
 * program ends without its closing line, the last test has failed.
 * @param overrides texts that replace source files, by path
 */
export async function runDeviceTests(
    file: string,
    watcher?: Watcher,
    overrides?: Readonly<Record<string, string>>,
): Promise<DeviceTest[]> {
    const lines = await compileAndRun(file, watcher, overrides)
    return lines instanceof CompileError ? [{ name: "compiles", failure: lines.message }] : parse(lines)
}

/** @returns what the test program printed, or why it does not compile */
async function compileAndRun(
    entry: string,
    watcher?: Watcher,
    overrides?: Readonly<Record<string, string>>,
): Promise<string[] | CompileError> {
    try {
        return await run(await compileProgram({ entry, target: "simulator", overrides }), watcher)
    } catch (error) {
        if (!(error instanceof CompileError)) throw error
        return error
    }
}

/** @returns what the program printed */
async function run(program: Program, watcher?: Watcher): Promise<string[]> {
    const clock = new VirtualClock(Number.POSITIVE_INFINITY)
    const lines: string[] = []
    const device = new Device({
        clock,
        marksReached: watcher !== undefined,
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
    device.deploy(program.bytecode)
    await new Promise<void>(resolve => {
        end = resolve
        clock.setTimeout(resolve, LIMIT_MS)
    })
    device.powerOff()
    clock.stop()
    watcher?.onRun(program, device.reached)
    return lines
}

function parse(lines: string[]): DeviceTest[] {
    const begin = lines.findIndex(line => /^running \d+ tests$/.test(line))
    const end = lines.findIndex(line => CLOSING.test(line))
    const tests = testsIn(lines.slice(begin + 1, end < 0 ? undefined : end))
    const [, total, passed] = CLOSING.exec(lines[end] ?? "") ?? []
    const failures = tests.filter(test => test.failure !== undefined).length
    if (Number(total) !== tests.length || Number(passed) !== tests.length - failures) {
        const story = `It ended without running all its tests:\n${lines.slice(-12).join("\n")}`
        tests.push({ name: "runs to its end", failure: story })
    }
    return tests
}

/** The results in lines that a program printed. */
function testsIn(lines: readonly string[]): DeviceTest[] {
    const tests: DeviceTest[] = []
    for (const line of lines) {
        const name = /^ {2}(\S.*)$/.exec(line)?.[1]
        const last = tests.at(-1)
        if (name !== undefined) tests.push({ name, failure: undefined })
        else if (last && (last.failure !== undefined || /Exception|exception|PANIC/.test(line))) {
            last.failure = `${last.failure ?? ""}${line}\n`
        }
    }
    return tests
}
