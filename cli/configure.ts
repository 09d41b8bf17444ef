import { Command } from "commander"
import { projectRoot } from "../tools/project"
import type { Target } from "../tools/wiring/config"
import { ConfigError } from "../tools/wiring/config-error"
import { CONFIG_FILE } from "../tools/wiring/read-wiring"
import { summary } from "../tools/wiring/summary"
import { WIRING_FILE, writeWiring } from "../tools/wiring/write-wiring"

const { simulator } = new Command("npm run configure --")
    .description(`Checks ${CONFIG_FILE} and makes ${WIRING_FILE} from it, for the device.`)
    .option("--simulator", "for the simulator, whose line to the meters is a Jacdac serial service")
    .allowExcessArguments(false)
    .parse()
    .opts<{ simulator?: boolean }>()

const target: Target = simulator ? "simulator" : "device"

try {
    const { wiring, changed } = await writeWiring(target, projectRoot)
    const state = changed ? "is made" : "is up to date"
    console.log(`${WIRING_FILE} ${state} for the ${target}: ${summary(wiring, target)}`)
} catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exitCode = 1
}
