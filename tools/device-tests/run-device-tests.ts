import { readdir, readFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { VirtualClock } from "../../sim/clock"
import { Device } from "../../sim/vm/device"
import { compileProgram, type Program } from "../compile/compile"
import { CompileError } from "../compile/compile-error"
import { projectRoot } from "../project"

/** What one test of a device program came to. */
export interface DeviceTest {
    name: string
    /** What it printed when it failed; `undefined` when it passed. */
    failure: string | undefined
}

/** For who wants to know more of a run than its tests. */
export interface Watcher {
    /** @param part from 0 to 1 */
    onProgress?(part: number): void
    /**
     * A test program has ended.
     * @param reached offsets of the instructions that it has begun
     */
    onRun(program: Program, reached: ReadonlySet<number>): void
}

/** A test file for the device. */
interface TestFile {
    /** Relative to the project's folder. */
    readonly path: string
    /** Its suites at the top, in their order. */
    readonly suites: readonly string[]
}

const FOLDER = "test/device"

/** Compiled as one program, so many files take a third of the time. More would seldom fit. */
const FILES_OF_A_PROGRAM = 6

/** A device test program may run so long, in ms of its own time. */
const LIMIT_MS = 604_800_000

/** The line with which a test program ends. */
const CLOSING = /^tests: (\d+), pass: (\d+), error: (\d+)$/

/** All test programs for the device, relative to the project's folder. */
export async function deviceTestFiles(): Promise<string[]> {
    const folder = join(projectRoot, FOLDER)
    const names = await readdir(folder, { recursive: true })
    return names
        .filter(name => name.endsWith(".test.ts"))
        .map(name => relative(projectRoot, join(folder, name)))
        .sort()
}

/**
 * Runs all test files in the DeviceScript runtime: neighbors as one program where that fits and passes, else each as a program
 * of its own, whose verdict counts.
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
    return { path, suites: [...text.matchAll(/^describe\("([^"]+)"/gm)].map(([, title]) => title!) }
}

/** Neighbors in a folder. */
function groupsOf(files: readonly TestFile[]): TestFile[][] {
    const groups: TestFile[][] = []
    for (const file of files) {
        const last = groups.at(-1)
        const isNeighbor = last && dirname(last[0]!.path) === dirname(file.path)
        if (isNeighbor && last.length < FILES_OF_A_PROGRAM) last.push(file)
        else groups.push([file])
    }
    return groups
}

/** @returns the results by file, of those files whose tests have all passed; the others must be run alone */
async function runTogether(
    group: readonly TestFile[],
    watcher?: Watcher,
): Promise<Map<string, DeviceTest[]>> {
    const entry = `${FOLDER}/together.ts`
    const imports = group.map(({ path }) => `import "./${relative(FOLDER, path).replace(/\.ts$/, "")}"\n`)
    const lines = await compileAndRun(entry, watcher, { [entry]: imports.join("") })
    if (lines instanceof CompileError) return new Map()
    const results = new Map<string, DeviceTest[]>()
    for (const { path, suites } of group) {
        const begin = lines.indexOf(suites[0]!)
        const next = group[results.size + 1]
        const end = next ? lines.indexOf(next.suites[0]!) : lines.findIndex(line => CLOSING.test(line))
        if (begin < 0 || end < begin) return new Map()
        results.set(path, testsIn(lines.slice(begin, end)))
    }
    const isGood = (tests: DeviceTest[]) =>
        tests.length > 0 && tests.every(({ failure }) => failure === undefined)
    return new Map([...results].filter(([, tests]) => isGood(tests)))
}

/**
 * Compiles a test program and runs it in the DeviceScript runtime, as fast as the machine can.
 *
 * What `@devicescript/test` prints tells which tests there are and which failed: a test's name in two blanks, and after
 * it what it threw. A program that ends without its closing line has failed with the test that ran last.
 */
export async function runDeviceTests(file: string, watcher?: Watcher): Promise<DeviceTest[]> {
    const lines = await compileAndRun(file, watcher)
    return lines instanceof CompileError ? [{ name: "compiles", failure: lines.message }] : parse(lines)
}

/** What a test program prints until it ends; or why it does not compile. */
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

/** What the program prints until it ends. */
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

/** The tests that these lines tell of. */
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
