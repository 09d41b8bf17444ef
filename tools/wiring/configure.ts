import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Command } from "commander"
import { projectRoot } from "../project"
import { readIfThere } from "../read-if-there"
import type { Target } from "./config"
import { ConfigError } from "./config-error"
import { generateWiring } from "./generate"
import { CONFIG_FILE, readWiring } from "./read-wiring"
import { summary } from "./summary"

/** The generated source, in the project's folder. */
const OUTPUT = "src/wiring.ts"

const command = new Command("configure")
    .description(`Checks ${CONFIG_FILE} and makes ${OUTPUT} from it.`)
    .option("--simulator", "for the simulator, which reaches its meters through a Jacdac serial service")
    .allowExcessArguments(false)
    .action(({ simulator }: { simulator?: boolean }) => configure(simulator ? "simulator" : "device"))

async function configure(target: Target): Promise<void> {
    const wiring = await readWiring(target, projectRoot)
    const changed = await writeIfChanged(join(projectRoot, OUTPUT), generateWiring(wiring, target))
    console.log(
        `${OUTPUT} ${changed ? "made for" : "is up to date for"} the ${target}: ${summary(wiring, target)}`,
    )
}

/** Leaves a file that is as it should be untouched, so that nothing that watches it builds again. */
async function writeIfChanged(file: string, text: string): Promise<boolean> {
    if ((await readIfThere(file)) === text) return false
    await writeFile(file, text)
    return true
}

try {
    await command.parseAsync()
} catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exitCode = 1
}
