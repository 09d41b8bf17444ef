import "../quiet-end"
import { open, writeFile } from "node:fs/promises"
import { basename } from "node:path"
import { imageText } from "../../tools/image"
import { projectRoot } from "../../tools/project"
import { durationText } from "../../tools/scenario/duration"
import { plotOf } from "../../tools/scenario/plot"
import { readScenario } from "../../tools/scenario/read-scenario"
import { reportText, surprises } from "../../tools/scenario/report"
import { runScenario } from "../../tools/scenario/run-scenario"
import { ConfigError } from "../../tools/wiring/config-error"
import { readConfig } from "../../tools/wiring/read-wiring"
import { FileError, fileError, fileSentence } from "../file-error"
import { checkOutputs } from "../kept-files"
import { parseOptions, type ScenarioOptions } from "./options"
import { ProgressBar } from "./progress-bar"

/** `npm run scenario`: runs one scenario, and prints its report. Fails if a figure is not as the scenario expects. */
async function main({ file, json, seed, plot }: ScenarioOptions): Promise<void> {
    const scenario = await readScenario(file)
    const config = await readConfig(projectRoot)
    checkOutputs({ "--plot": plot }, config)
    if (plot !== undefined) await checkWritable(plot)
    const bar = new ProgressBar(basename(file, ".json"))
    const started = performance.now()
    const run = await runScenario(scenario, { seed, config, onProgress: part => bar.show(part) })
    const took = performance.now() - started
    bar.clear()
    if (plot !== undefined) await writeFile(plot, plotOf(run))
    const unexpected = surprises(run.report, scenario)
    if (unexpected.length > 0) process.exitCode = 1
    if (json) {
        console.log(JSON.stringify({ ...run.report, unexpected, ...run.world.image.about }))
        return
    }
    const faster = Math.round(run.elapsed / took)
    console.log(scenario.description)
    console.log(`${imageText(run.world.image.about)}.`)
    console.log(
        `${durationText(run.elapsed)} of virtual time in ${durationText(took)}, ${faster} times as fast as real time; ` +
            `seed ${run.seed}.\n`,
    )
    console.log(reportText(run.report))
    for (const surprise of unexpected) console.log(`\nNot as expected: ${surprise}.`)
}

/** Otherwise a long run would be in vain. @throws FileError */
async function checkWritable(plot: string): Promise<void> {
    try {
        await (await open(plot, "a")).close()
    } catch (error) {
        throw fileError("--plot", plot, error)
    }
}

try {
    await main(parseOptions(process.argv))
} catch (error) {
    const isTold = error instanceof ConfigError || error instanceof FileError
    const sentence = isTold ? error.message : fileSentence(error)
    if (sentence === undefined) throw error
    console.error(sentence)
    process.exitCode = 1
}
