import "./quiet-end"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Argument, Command } from "commander"
import { runHostTests } from "../tools/coverage/host-tests"
import { runHouses } from "../tools/coverage/houses"
import { LineCoverage } from "../tools/coverage/line-coverage"
import { noteProcesses, PROCESSES_VARIABLE } from "../tools/coverage/process-coverage"
import { noteProgram } from "../tools/coverage/program-lines"
import { coverageReport, missedLines } from "../tools/coverage/report"
import { noteStatements } from "../tools/coverage/statement-lines"
import { runVitest } from "../tools/coverage/vitest"
import { runAllDeviceTests, type Watcher } from "../tools/device-tests/run-device-tests"
import { projectRoot } from "../tools/project"
import { readIfThere } from "../tools/read-if-there"
import { ProgressBar } from "./scenario/progress-bar"

/** Output file of Vitest's coverage, as set in `vitest.config.ts`. */
const STATEMENTS = join(projectRoot, "coverage/coverage-final.json")

/** Names of runs in the report. */
const HOST_TESTS = "host tests"
const TESTS = "tests"
const PROCESSES = "processes"
const LONG_TESTS = "long tests"

type Part = "src" | "pc"

interface Options {
    readonly lines?: boolean
    readonly hostTests: boolean
    readonly longTests: boolean
}

/** Vitest has ended without writing its coverage. */
class NothingMeasured extends Error {
    constructor() {
        super("Vitest measured no coverage; see above")
        this.name = "NothingMeasured"
    }
}

/** `npm run coverage`: shows which lines the tests reach. */
async function run(part: Part | undefined, tests: readonly string[], options: Options): Promise<void> {
    if (part !== "pc") print(await coverageOfDevice(options), options)
    if (part !== "src") print(await coverageOfPc(tests, options), options)
}

function print(coverage: LineCoverage, { lines }: Options): void {
    console.log(`\n${coverageReport(coverage)}\n`)
    if (lines) console.log(missedLines(coverage))
}

/** Coverage of `src/`: by the tests in `test/device/`, by runs of the program in simulated houses, and by host tests. */
async function coverageOfDevice({ hostTests }: Options): Promise<LineCoverage> {
    const coverage = new LineCoverage(["device tests", "houses", ...(hostTests ? [HOST_TESTS] : [])])
    const results = await watched("device tests", coverage, runAllDeviceTests)
    const failed = [...results.values()].flat().filter(({ failure }) => failure !== undefined).length
    if (failed > 0) {
        console.log(`${failed} device tests have failed. Run: npx vitest run test/device.test.ts`)
        process.exitCode = 1
    }
    await watched("houses", coverage, runHouses)
    if (hostTests && !(await runHostTests(coverage, HOST_TESTS))) process.exitCode = 1
    return coverage
}

async function watched<T>(
    run: string,
    coverage: LineCoverage,
    work: (watcher: Watcher) => Promise<T>,
): Promise<T> {
    const bar = new ProgressBar(run)
    try {
        return await work({
            onProgress: part => bar.show(part),
            onRun: ({ debugInfo }, offsets) => noteProgram(coverage, debugInfo, { run, offsets }),
        })
    } finally {
        bar.clear()
    }
}

/**
 * Coverage of the code in Node.js and in the browser: by the usual tests, by the processes that they start, and by the long
 * tests with theirs.
 */
async function coverageOfPc(tests: readonly string[], { longTests }: Options): Promise<LineCoverage> {
    const coverage = new LineCoverage([TESTS, PROCESSES, ...(longTests ? [LONG_TESTS] : [])])
    await runMeasured(coverage, tests, { own: TESTS, started: PROCESSES, env: { LONG: "0" } })
    if (longTests)
        await runMeasured(coverage, tests, { own: LONG_TESTS, started: LONG_TESTS, env: { LONG: "1" } })
    return coverage
}

/**
 * Runs tests, and records what they reach.
 * @param own name in the report of what the tests reach themselves
 * @param started name of what the processes reach that they start
 */
async function runMeasured(
    coverage: LineCoverage,
    tests: readonly string[],
    { own, started, env }: { own: string; started: string; env: Readonly<Record<string, string>> },
): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "processes-"))
    try {
        const options = ["--coverage", "--passWithNoTests"]
        if (!(await runVitest([...options, ...tests], { ...env, [PROCESSES_VARIABLE]: folder })))
            process.exitCode = 1
        const counts = await readIfThere(STATEMENTS)
        if (counts === undefined) throw new NothingMeasured()
        noteStatements(coverage, JSON.parse(counts), own)
        await noteProcesses(coverage, folder, started)
    } finally {
        await rm(folder, { recursive: true })
    }
}

const command = new Command("npm run coverage --")
    .description(
        "Measures which lines the tests reach: of src/ in the DeviceScript runtime, and of the PC side in Node.js.",
    )
    .addArgument(new Argument("[part]", "the part to measure; default: both").choices(["src", "pc"]))
    .argument("[test...]", "for pc: test files or folders instead of all tests")
    .option("--lines", "list the lines that were not reached")
    .option("--no-host-tests", "for src: without the tests that run the program for minutes")
    .option("--no-long-tests", "for pc: without those of npm run test:long")
    .action(async (part: Part | undefined, tests: string[], options: Options) => {
        try {
            await run(part, tests, options)
        } catch (error) {
            if (!(error instanceof NothingMeasured)) throw error
            command.error(`error: ${error.message}`)
        }
    })

await command.parseAsync()
