import { Command } from "commander"
import { wholeUpTo } from "../cli/whole-number"
import type { BenchOptions } from "./bench"
import { benches } from "./benches"
import { chooseBenches, UnknownBench } from "./choose"
import { MEASURED_FILE, noteMeasured } from "./measured"
import { jsonReport, type Measurement, section } from "./report"

interface Options extends BenchOptions {
    readonly json?: boolean
    readonly write?: boolean
}

const LIST = `
Benches:
${benches.map(({ name, subject }) => `  ${name.padEnd(10)} ${subject}`).join("\n")}

Figures go to standard output, progress to standard error.`

/** `npm run bench`: measures, and prints the figures and how they were obtained. */
async function run(names: readonly string[], { json, write, ...cases }: Options): Promise<void> {
    const chosen = chooseBenches(names, benches)
    const measurements: Measurement[] = []
    for (const bench of chosen) {
        console.error(`${bench.name} ...`)
        const measurement = { bench, result: await bench.measure(cases) }
        measurements.push(measurement)
        if (!json) console.log(`\n${section(measurement)}\n`)
    }
    if (json) console.log(jsonReport(measurements, names.length === 1))
    if (write) {
        await noteMeasured(measurements)
        console.error(`Saved in ${MEASURED_FILE}. To update the pages, run: npm run figures`)
    }
}

const command = new Command("npm run bench --")
    .description(
        "Measures the program in the DeviceScript runtime on this computer; without names, all but the longest benches.",
    )
    .argument("[name...]", "benches to run")
    .option("--json", "print one line of JSON: the figures of one bench, or of several by name")
    .option("--count <n>", "wirings, limits, parts, exchanges: how many to measure", wholeUpTo(1_000_000))
    .option("--seed <n>", "wirings, exchanges: seed of the first one", wholeUpTo(1_000_000))
    .option("--failed", "wirings: those that once failed, instead of random ones")
    .option("--write", `save the figures in ${MEASURED_FILE}, from which npm run figures fills the pages`)
    .addHelpText("after", LIST)
    .action(async (names: string[], options: Options) => {
        try {
            await run(names, options)
        } catch (error) {
            if (!(error instanceof UnknownBench)) throw error
            command.error(`error: ${error.message}`)
        }
    })

await command.parseAsync()
