import { Command } from "commander"
import { compareBuilds, type Difference } from "../../tools/compile/proof/equal-builds"
import { generatedPrograms } from "../../tools/compile/proof/generate"
import { ProgressBar } from "../scenario/progress-bar"
import { wholeUpTo } from "../whole-number"

/** Programs in one image; about 40 would fit. */
const TOGETHER = 20

const options = new Command("npm run prove --")
    .description(
        "Compares generated programs as DeviceScript's compiler builds them, after each pass, and in the release build.",
    )
    .option("--count <n>", "programs", wholeUpTo(1_000_000), 3000)
    .option("--seed <n>", "seed of the first program", wholeUpTo(1_000_000), 1)
    .allowExcessArguments(false)
    .parse()
    .opts<{ count: number; seed: number }>()

const bar = new ProgressBar("programs")
const differences: Difference[] = []
let lines = 0
for (let done = 0; done < options.count; done += TOGETHER) {
    bar.show(done / options.count)
    const programs = generatedPrograms(
        options.seed + done / TOGETHER,
        Math.min(TOGETHER, options.count - done),
    )
    const comparison = await compareBuilds(programs)
    differences.push(...comparison.differences)
    lines += comparison.lines
}
bar.clear()
for (const { variant, program, expected, printed } of differences.slice(0, 3)) {
    console.log(
        `${variant}: ${program.main} prints\n${printed.join("\n")}\ninstead of\n${expected.join("\n")}`,
    )
    console.log(program.text)
}
console.log(`${options.count} programs, ${lines} lines compared, ${differences.length} differences`)
process.exitCode = differences.length > 0 ? 1 : 0
