import "./quiet-end"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { Argument, Command } from "commander"
import { housePrograms, runHouses } from "../tools/coverage/houses"
import { LineCoverage } from "../tools/coverage/line-coverage"
import { noteProgram } from "../tools/coverage/program-lines"
import { coverageReport, missedLines } from "../tools/coverage/report"
import { noteStatements } from "../tools/coverage/statement-lines"
import { runAllDeviceTests, type Watcher } from "../tools/device-tests/run-device-tests"
import { projectRoot } from "../tools/project"
import { ProgressBar } from "./scenario/progress-bar"

const VITEST = join(projectRoot, "node_modules/vitest/vitest.mjs")
/** Where `vitest.config.ts` has it written. */
const STATEMENTS = join(projectRoot, "coverage/coverage-final.json")

interface Options {
    readonly lines?: boolean
    readonly houses: boolean
}

/** `npm run coverage`: which lines the tests reach. */
async function run(
    part: "src" | "pc" | undefined,
    tests: readonly string[],
    options: Options,
): Promise<void> {
    if (part !== "pc") print(await coverageOfDevice(options), options)
    if (part !== "src") print(await coverageOfPc(tests), options)
}

function print(coverage: LineCoverage, { lines }: Options): void {
    console.log(`\n${coverageReport(coverage)}\n`)
    if (lines) console.log(missedLines(coverage))
}

/** What the tests in `test/device/` reach of `src/`, and what is reached besides when the program lives in a house. */
async function coverageOfDevice({ houses }: Options): Promise<LineCoverage> {
    const coverage = new LineCoverage(houses ? ["device tests", "houses"] : ["device tests"])
    for (const { debugInfo } of await housePrograms()) noteProgram(coverage, debugInfo)
    const results = await watched("device tests", coverage, runAllDeviceTests)
    const failed = [...results.values()].flat().filter(({ failure }) => failure !== undefined).length
    if (failed > 0) {
        console.log(`${failed} device tests have failed. Run: npx vitest run test/device.test.ts`)
        process.exitCode = 1
    }
    if (houses) await watched("houses", coverage, runHouses)
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

/** What the tests reach in Node.js, but for the processes that they start. */
async function coverageOfPc(tests: readonly string[]): Promise<LineCoverage> {
    const vitest = spawn(process.execPath, [VITEST, "run", "--coverage", ...tests], {
        cwd: projectRoot,
        stdio: "inherit",
    })
    const [code] = await once(vitest, "exit")
    if (code !== 0) process.exitCode = 1
    const coverage = new LineCoverage(["tests"])
    noteStatements(coverage, JSON.parse(await readFile(STATEMENTS, "utf8")), "tests")
    return coverage
}

const command = new Command("npm run coverage --")
    .description(
        "Measures which lines the tests reach: of src/ in the DeviceScript runtime, and of the PC side in Node.js.",
    )
    .addArgument(new Argument("[part]", "one of the two").choices(["src", "pc"]))
    .argument("[test...]", "for pc: test files or folders instead of all tests")
    .option("--lines", "list the lines that were not reached")
    .option("--no-houses", "for src: only what device tests reach")
    .action(run)

await command.parseAsync()
