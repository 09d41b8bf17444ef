import { mkdir, readdir, writeFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { Command } from "commander"
import { projectRoot } from "../../tools/project"
import { durationText, milliseconds } from "../../tools/scenario/duration"
import { plotOf } from "../../tools/scenario/plot"
import { readScenario } from "../../tools/scenario/read-scenario"
import { surprises } from "../../tools/scenario/report"
import { runScenario } from "../../tools/scenario/run-scenario"
import { ProgressBar } from "./progress-bar"

const SCENARIOS = join(projectRoot, "scenarios")
const PICTURES = join(projectRoot, "soak")

/** Scenarios of at least this duration are soak tests. The others take only seconds. */
const LONG_MS = milliseconds("20 h")

/** `npm run soak`: runs the long scenarios one after the other, with a picture of each. Fails if one is not as expected. */
async function soak(names: readonly string[]): Promise<void> {
    await mkdir(PICTURES, { recursive: true })
    for (const name of names.length > 0 ? names : await longOnes()) {
        const scenario = await readScenario(join(SCENARIOS, `${name}.json`))
        console.log(`${name}: ${scenario.description}`)
        const bar = new ProgressBar(name)
        const started = performance.now()
        const run = await runScenario(scenario, { onProgress: part => bar.show(part) })
        bar.clear()
        const took = performance.now() - started
        const picture = join(PICTURES, `${name}.svg`)
        await writeFile(picture, plotOf(run))
        await writeFile(join(PICTURES, `${name}.json`), `${JSON.stringify(run.report)}\n`)
        console.log(`    ${JSON.stringify(run.report)}`)
        console.log(`    ${durationText(run.elapsed)} in ${durationText(took)}; picture: ${picture}`)
        for (const surprise of surprises(run.report, scenario)) {
            console.log(`    Not as expected: ${surprise}.`)
            process.exitCode = 1
        }
    }
}

async function longOnes(): Promise<string[]> {
    const long: string[] = []
    for (const file of await readdir(SCENARIOS)) {
        if (file.endsWith(".schema.json")) continue
        const { duration } = await readScenario(join(SCENARIOS, file))
        if (milliseconds(duration) >= LONG_MS) long.push(basename(file, ".json"))
    }
    return long
}

const command = new Command("npm run soak --")
    .description("Runs the long scenarios, and draws a picture of each in soak/. Takes about an hour.")
    .argument("[name...]", "names of scenarios in scenarios/, instead of all long ones")
    .action(soak)

await command.parseAsync()
