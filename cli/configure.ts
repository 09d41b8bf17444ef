import "./quiet-end"
import { Command } from "commander"
import { hideKeys } from "../tools/hide-keys"
import { writeModelModules } from "../tools/meters/model-module"
import { projectRoot } from "../tools/project"
import { SettingsError } from "../tools/settings/setting-error"
import { readSettings } from "../tools/settings/settings"
import type { Target } from "../tools/wiring/config"
import { ConfigError } from "../tools/wiring/config-error"
import { CONFIG_FILE } from "../tools/wiring/read-wiring"
import { summary } from "../tools/wiring/summary"
import { WIRING_FILE, writeWiring } from "../tools/wiring/write-wiring"
import { fileSentence } from "./file-error"

/*
 * Runs before every build, including builds of VS Code. The settings are checked here too, because the DeviceScript tools
 * send them to the device after the build without any check.
 */
const { simulator, settings } = new Command("npm run configure --")
    .description(`Checks ${CONFIG_FILE} and the settings, and generates ${WIRING_FILE} for the device.`)
    .option("--simulator", "for the simulator, which reaches the meters through a Jacdac serial service")
    .option("--no-settings", "do not check .env.defaults and .env.local")
    .allowExcessArguments(false)
    .parse()
    .opts<{ simulator?: boolean; settings: boolean }>()

const target: Target = simulator ? "simulator" : "device"

try {
    const { wiring, changed } = await writeWiring(target, projectRoot)
    await writeModelModules(projectRoot)
    const state = changed ? "is made" : "is up to date"
    console.log(`${WIRING_FILE} ${state} for the ${target}: ${summary(wiring, target)}`)
    if (settings) for (const note of (await readSettings(projectRoot)).notes) console.error(note)
} catch (error) {
    const isTold = error instanceof ConfigError || error instanceof SettingsError
    const sentence = isTold ? error.message : fileSentence(error)
    if (sentence === undefined) throw error
    console.error(hideKeys(sentence))
    process.exitCode = 1
}
