import { Command } from "commander"
import { isSameFile } from "../../tools/same-file"
import { wholeUpTo } from "../whole-number"

/** The largest seed; the sequences of two seeds must not overlap. */
const LARGEST_SEED = 2_000_000

/** Options of `npm run scenario`. */
export interface ScenarioOptions {
    readonly file: string
    readonly json?: boolean
    readonly seed?: number
    /** File to write a picture of the run to. */
    readonly plot?: string
}

const EXAMPLES = `
Examples (the two dashes belong to npm):
  npm run scenario -- scenarios/outage-1h.json
  npm run --silent scenario -- scenarios/random-30d.json --seed 7 --json

docs/scenarios.md explains how to write one.`

/**
 * Parses the arguments. If help is requested or an argument is wrong, prints a text and ends the process.
 * @param argv as in `process.argv`
 */
export function parseOptions(argv: readonly string[]): ScenarioOptions {
    const command = new Command("npm run scenario --")
        .description(
            "Runs emonscript's bytecode with meter, line and server through a timeline of faults, in virtual time, and " +
                "compares the meter's values with those in the server's feeds.",
        )
        .argument("<file>", "the scenario")
        .option("--json", "print the report as one line of JSON")
        .option(
            "--seed <n>",
            "seed of the random numbers, instead of the scenario's own",
            wholeUpTo(LARGEST_SEED),
        )
        .option("--plot <file>", "draw a picture of the run (SVG)")
        .addHelpText("after", EXAMPLES)
        .showHelpAfterError("(npm run scenario -- --help shows all options)")
        .parse(argv)
    const options = { file: command.args[0]!, ...command.opts<Omit<ScenarioOptions, "file">>() }
    if (options.plot !== undefined && isSameFile(options.plot, options.file))
        command.error("error: --plot would replace the scenario; name another file.")
    return options
}
