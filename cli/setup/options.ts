import { Command, InvalidArgumentError, Option } from "commander"
import { APP_KINDS, type AppKind } from "../../tools/emoncms/wanted"
import { isFile } from "../../tools/meters/catalog"
import { projectRoot } from "../../tools/project"
import { tidyAddress } from "../../tools/settings/server-address"
import { boardIds } from "../../tools/wiring/boards"
import type { LineConfig, MeterConfig } from "../../tools/wiring/config"
import { notBlank } from "../not-blank"
import { discreet } from "../secrets"
import { usable } from "../usable-setting"

/** The steps of the set-up, in order. Each can be skipped, and repeated. */
export const STEPS = ["files", "emoncms", "build", "deploy", "reading"] as const
export type StepName = (typeof STEPS)[number]

/** What is measured: an EmonCMS app, or `none` if there is no app for it. */
export type Purpose = AppKind | "none"

/** Options of `npm run setup`. */
export interface SetupOptions {
    /** Ask nothing; what is not specified stays as it is. */
    readonly yes?: boolean
    /** End with one line of JSON. */
    readonly json?: boolean
    /** Only show what would be done. */
    readonly plan?: boolean
    readonly emoncms?: string
    readonly key?: string
    readonly node?: string
    readonly app?: Purpose
    readonly board?: string
    readonly line?: LineConfig
    readonly meter?: readonly MeterConfig[]
    readonly wifi?: string
    readonly wifiPassword?: string
    /** Serial port of the chip. */
    readonly port?: string
    /** Flash DeviceScript's firmware first. */
    readonly flash?: boolean
    /** File with that firmware. */
    readonly firmware?: string
    /** `false` with `--no-device`: neither a chip nor the simulator. */
    readonly device: boolean
    /** Use the simulator instead of a chip. */
    readonly simulator?: boolean
    readonly skip: readonly StepName[]
}

const EXAMPLES = `
Examples (the two dashes belong to npm):
  npm run setup                     asks for what it cannot find out
  npm run setup -- --plan           shows what would be done
  npm run setup -- --skip files     all but devicescript.json and .env.local
  npm run setup -- --yes --json --emoncms http://192.168.1.10/emoncms --key 0123... --node house \\
      --board emon_esp32_devkit_c --line spi-uart --meter heatpump=pzem-016@1 --app myheatpump --no-device

Run again, it changes nothing that is already right. docs/setup.md describes the steps.
Other users of this computer can see a key after --key, but not EMON_KEY in .env.local.`

/**
 * Parses the arguments. If help is requested or an argument is wrong, prints a text and ends the process.
 * @param argv as in `process.argv`
 */
export function parseOptions(argv: readonly string[]): SetupOptions {
    const command = new Command("npm run setup --")
        .description("Sets up meter, chip and EmonCMS, and waits for the first reading in its feed.")
        .option("--emoncms <url>", "address of your EmonCMS", address)
        .option("--key <key>", "its Read & Write key", key => usable("EMON_KEY", key.trim()))
        .option("--node <name>", "node under which the inputs appear", node => usable("EMON_NODE", node))
        .addOption(new Option("--app <app>", "what is measured").choices([...APP_KINDS, "none"]))
        .addOption(new Option("--board <name>", "the board").choices(boardIds(projectRoot)))
        .option(
            "--line <driver>",
            "connection to the meters: spi-uart, sc16is7xx, jacdac-serial, tcp:HOST:PORT",
            lineOf,
        )
        .option("--meter <name=model@address>", "a meter, repeatable", meterOf)
        .option("--wifi <name>", "the WiFi network for the chip", name => usable("WIFI_SSID", name))
        .option("--wifi-password <password>", "its password", text => usable("WIFI_PWD", text))
        .option("--port <device>", "serial port of the chip", notBlank)
        .option("--flash", "for a new chip: first write DeviceScript's stock firmware")
        .option(
            "--firmware <file>",
            "with --flash: use this file of DeviceScript's release, do not download it",
        )
        .option("--no-device", "no chip and no simulator: only files and EmonCMS")
        .option("--simulator", "the simulator on this computer instead of a chip")
        .addOption(new Option("--skip <steps...>", "steps to leave out").choices([...STEPS]).default([]))
        .option("--plan", "show what would be done, and change nothing")
        .option("--yes", "ask nothing; what no option sets stays as it is")
        .option("--json", "print one line of JSON at the end; all other output goes to standard error")
        .configureOutput(discreet)
        .addHelpText("after", EXAMPLES)
        .allowExcessArguments(false)
        .showHelpAfterError("(npm run setup -- --help shows all options)")
        .parse(argv)
    const options = command.opts<SetupOptions>()
    const mistake = contradiction(options)
    if (mistake !== undefined) command.error(`error: ${mistake}`)
    return options
}

function contradiction(options: SetupOptions): string | undefined {
    const { device, simulator, port, flash, firmware, meter = [] } = options
    if (!device && simulator)
        return "--no-device and --simulator contradict each other; leave one of them out."
    if (port !== undefined && (!device || simulator)) return "--port is for a chip; leave it out."
    if (flash && (!device || simulator)) return "--flash is for a chip; leave it out."
    if (firmware !== undefined && !flash) return "--firmware needs --flash."
    for (const key of ["name", "address"] as const) {
        const twice = meter.find((one, i) => meter.findIndex(other => other[key] === one[key]) !== i)
        if (twice) return `--meter: two meters have the ${key} ${twice[key]}; give each its own.`
    }
    return undefined
}

function address(text: string): string {
    return usable("EMON_URL", tidyAddress(text))
}

function lineOf(text: string): LineConfig {
    const [driver = "", host = "", port] = text.split(":")
    if (driver === "spi-uart" || driver === "sc16is7xx" || driver === "jacdac-serial") {
        if (!text.includes(":")) return { driver }
    }
    if (driver === "tcp" && host !== "" && (port === undefined || /^\d{1,5}$/.test(port))) {
        return port === undefined ? { driver, host } : { driver, host, port: Number(port) }
    }
    throw new InvalidArgumentError("Use spi-uart, sc16is7xx, jacdac-serial, or tcp:HOST:PORT of a gateway.")
}

function meterOf(text: string, others: readonly MeterConfig[] = []): MeterConfig[] {
    const [, name, model, slave] = /^([A-Za-z0-9_-]{1,16})=([^@]+)@(\d{1,3})$/.exec(text) ?? []
    if (name === undefined || model === undefined || slave === undefined) {
        throw new InvalidArgumentError(
            "Write it like heatpump=pzem-016@1: name, model, and address on the line.",
        )
    }
    return [...others, { name, model: isFile(model) ? model : model.toLowerCase(), address: Number(slave) }]
}
