import { Command, InvalidArgumentError } from "commander"
import { isRelease, UnknownReleaseError } from "../../sim/emoncms/release"
import {
    GATEWAY_HABITS,
    type GatewayHabit,
    gatewayHabitNamed,
    UnknownGatewayHabit,
} from "../../sim/line/gateway-habits"
import { TOXIC_NAMES, type Toxic, toxicNamed, UnknownToxicError } from "../../sim/toxics/toxic"
import { checkNode, NameError } from "../../src/emoncms/names"
import { hideKeys } from "../../tools/hide-keys"
import { isSameFile } from "../../tools/same-file"
import { addressObjection } from "../../tools/settings/address"
import { notBlank } from "../not-blank"
import { portNumber, wholeUpTo } from "../whole-number"
import { type CommandOptions, commandOf, commandOptions } from "./commands"
import type { FleetOptions } from "./fleet"
import { type GatewayAddress, GatewayAddressError, type GatewayOptions, gatewayAddress } from "./gateway"

/** Options of `npm start`. */
export interface StartOptions extends FleetOptions, CommandOptions, GatewayOptions {
    /** Address of a real EmonCMS; if omitted, the built-in stand-in is used. */
    readonly emoncms?: string
    readonly key?: string
    /** Version of EmonCMS that the built-in stand-in plays. */
    readonly emoncmsVersion?: string
    readonly node?: string
    /** Device file of a real serial port; if omitted, virtual meters are used. */
    readonly serial?: string
    /** File of recorded frames to answer with. */
    readonly replay?: string
    readonly seconds?: number
    readonly json?: boolean
    /** File that keeps the device's flash between runs. */
    readonly flash?: string
    /** File to which every accepted value is written. */
    readonly record?: string
    readonly speed: number
    /** Do not ask before a command changes a meter. */
    readonly yes?: boolean
    /** Port at which the device's bus is offered to `npm run device`. */
    readonly devicePort?: number
    /** Port of the live page: `true` for the default one, or any free one if that is taken; `false` for no page. */
    readonly page: number | boolean
    /** Run the program after the command. */
    readonly thenRun?: boolean
    /** Toxics on the way to EmonCMS. */
    readonly toxic?: readonly Toxic[]
}

const EXAMPLES = `
Examples (the two dashes belong to npm):
  npm start                                     virtual heat pump, built-in EmonCMS
  npm start -- --speed 60                       the same, one hour per minute
  npm start -- --toxic timeout                  a server that never answers
  npm start -- --emoncms http://192.168.1.10/emoncms --key 0123...   your own EmonCMS
  npm start -- --serial /dev/ttyUSB0            a real meter on a USB-RS485 adapter
  npm start -- --gateway 192.168.1.20           real meters behind a Modbus TCP gateway
  npm start -- --gateway-fault swallows         a virtual gateway that loses the first data
  npm start -- --replay frames.txt --seconds 60 --record values.jsonl
  npm start -- --flash device.flash             the last run's device, as after a power cut
  npm start -- --meters 8 --dead 1              eight meters on one line, one of them without power
  npm start -- --scan --serial /dev/ttyUSB0     find the addresses of the meters
  npm start -- --set-address any:5 --serial /dev/ttyUSB0             for a meter that is alone on the line
  npm start -- --alarm heatpump=2300            set an alarm threshold in W; without =2300 read it

The wiring is in devicescript.json, the settings are in .env.defaults and .env.local.
Other users of this computer can see a key after --key, but not EMON_KEY in .env.local.`

/**
 * Parses the arguments of `npm start`. If help is requested or an argument is wrong, prints a text and ends the process.
 * @param argv as in `process.argv`
 */
export function parseOptions(argv: readonly string[]): StartOptions {
    const pages = new Set<string>()
    const command = new Command("npm start --")
        .description(
            "Runs emonscript's bytecode in the DeviceScript runtime on this computer, between a meter and an EmonCMS.",
        )
        .option("--emoncms <url>", "a real EmonCMS instead of the built-in stand-in", httpUrl)
        .option("--key <key>", "Read & Write key of that EmonCMS")
        .option("--emoncms-version <version>", "EmonCMS version of the stand-in: 9.8.10 to 11.16.8", release)
        .option("--node <name>", "node to upload to", nodeName)
        .option("--serial <path>", "a real RS485 adapter instead of the virtual meter", notBlank)
        .option(
            "--gateway <host[:port]>",
            "a real gateway on the network, with the meters behind it",
            gateway,
        )
        .option("--gateway-mode <mode>", "protocol of the gateway: modbus-tcp or rtu-over-tcp", gatewayMode)
        .option(
            "--gateway-fault <name>",
            `a virtual gateway with this fault, repeatable: ${GATEWAY_HABITS.join(", ")}`,
            gatewayFault,
        )
        .option(
            "--replay <file>",
            "answer with recorded frames: lines of HH:MM:SS and hex bytes (docs/replay.md)",
        )
        .option("--seconds <n>", "end after n seconds of the device's time", positive)
        .option(
            "--json",
            "at the end, print the program's counters, added up over its starts, as one line of JSON",
        )
        .option("--record <file>", "write each value that the server accepts as a line of JSON")
        .option("--flash <file>", "keep the device's flash between runs: settings, log, waiting readings")
        .option("--toxic <name>", `a network fault, repeatable: ${TOXIC_NAMES.join(", ")}`, toxic)
        .option("--speed <x>", "run x times as fast as real time; not with a real meter", positive)
        .option("--meters <n>", "n virtual PZEM-016 instead of the wired meters", wholeUpTo(MOST_METERS))
        .option("--dead <k>", "the first k of them do not answer", wholeUpTo(MOST_METERS))
        .option("--device-port <number>", "port on which npm run device finds this device", portNumber)
        .option("--page <port>", "port of the live page", portNumber)
        .option("--no-page", "do not serve the live page")
        .option("--poll <seconds>", "poll interval, instead of pollSeconds", wholeUpTo(3600))
        .on("option:page", () => pages.add("--page"))
        .on("option:no-page", () => pages.add("--no-page"))
        .addHelpText("after", EXAMPLES)
        .allowExcessArguments(false)
        .showHelpAfterError("(npm start -- --help shows all options)")
        .configureOutput({ outputError: (text, write) => write(hideKeys(text)) })
        .optionsGroup("Commands to the meters:")
    for (const option of commandOptions()) command.addOption(option)
    command
        .option("--yes", "do not ask before changing a meter")
        .option("--then-run", "run the program after the command")
        .parse(argv)
    const options = command.opts<Partial<StartOptions>>()
    const twoPages =
        pages.size > 1 ? "--page and --no-page exclude each other; leave one of them out." : undefined
    const mistake =
        twoPages ?? contradiction(options) ?? lineContradiction(options) ?? commandContradiction(options)
    if (mistake !== undefined) command.error(`error: ${mistake}`)
    return { ...options, speed: options.speed ?? 1, page: options.page ?? true }
}

/** Finds contradictory options; `undefined` if there are none. The message never contains a key. */
function contradiction({
    emoncms,
    key,
    emoncmsVersion,
    serial,
    replay,
    record,
    flash,
    toxic = [],
    speed = 1,
}: Partial<StartOptions>): string | undefined {
    if (key !== undefined && emoncms === undefined) {
        return "--key needs --emoncms; leave it out, because the built-in stand-in makes its own key."
    }
    if (key !== undefined && !/^[0-9a-f]{32}$/i.test(key)) {
        return "--key: a key has 32 characters, 0-9 and a-f; EmonCMS shows it under My Account."
    }
    if (emoncmsVersion !== undefined && emoncms !== undefined) {
        return "--emoncms-version is for the built-in stand-in; leave it out with --emoncms."
    }
    if (serial !== undefined && replay !== undefined) {
        return "--serial and --replay both replace the virtual meters; leave one of them out."
    }
    const files = [replay, flash, record].filter(path => path !== undefined)
    if (files.some((path, index) => files.slice(0, index).some(other => isSameFile(path, other))))
        return "--replay, --flash and --record are different files; give each its own."
    if (serial !== undefined && speed !== 1) {
        return "--speed cannot speed up a real meter; leave it out with --serial."
    }
    if (toxic.length > 0 && emoncms?.startsWith("https:")) {
        return "--toxic does not work with https://, because its proxy does not match the certificate."
    }
    return undefined
}

/** Like {@link contradiction}, for the options about meters and commands. */
function lineContradiction(options: Partial<StartOptions>): string | undefined {
    const { serial, replay, meters, dead = 0 } = options
    const againstGateway = gatewayContradiction(options)
    if (againstGateway !== undefined) return againstGateway
    if (meters !== undefined && (serial !== undefined || replay !== undefined)) {
        return "--meters makes virtual meters; leave it out with --serial and --replay."
    }
    if (dead > (meters ?? 0)) return "--dead needs --meters, and cannot be greater."
    return undefined
}

/** Options that only the program uses, which a command to the meters does not run. */
const OF_PROGRAM: Readonly<Partial<Record<keyof StartOptions, string>>> = {
    emoncms: "--emoncms",
    key: "--key",
    emoncmsVersion: "--emoncms-version",
    node: "--node",
    seconds: "--seconds",
    record: "--record",
    flash: "--flash",
    toxic: "--toxic",
    devicePort: "--device-port",
    page: "--page",
    poll: "--poll",
}

/** Like {@link contradiction}, for the options beside a command to the meters. */
function commandContradiction(options: Partial<StartOptions>): string | undefined {
    const { yes, thenRun } = options
    const isCommand = commandOf(options) !== undefined
    if ((yes || thenRun) && !isCommand) return "--yes and --then-run need a command, for example --scan."
    if (!isCommand || thenRun) return undefined
    // A command serves no page anyway, so --no-page does no harm.
    const given = Object.entries(options).filter(([, value]) => value !== false)
    const unused = given.flatMap(([option]) => OF_PROGRAM[option as keyof StartOptions] ?? [])
    if (unused.length === 0) return undefined
    return `A command to the meters does not run the program; leave ${unused.join(", ")} out, or add --then-run.`
}

function gatewayContradiction(options: Partial<StartOptions>): string | undefined {
    const { gateway, gatewayFault, serial, replay, meters, speed = 1 } = options
    if (gateway === undefined) return undefined
    if (serial !== undefined || replay !== undefined || meters !== undefined) {
        return "--gateway uses real meters; leave --serial, --replay and --meters out."
    }
    if (gatewayFault) return "--gateway-fault is for a virtual gateway; leave it out with --gateway."
    if (speed === 1) return undefined
    return "--speed cannot speed up a real meter; leave it out with --gateway."
}

/** Most meters on one line that `devicescript.json` permits. */
const MOST_METERS = 10

function positive(text: string): number {
    const number = Number(text)
    if (text.trim() !== "" && Number.isFinite(number) && number > 0) return number
    throw new InvalidArgumentError("It must be a number above 0.")
}

function toxic(name: string, others: readonly Toxic[] = []): Toxic[] {
    try {
        return [...others, toxicNamed(name)]
    } catch (error) {
        if (!(error instanceof UnknownToxicError)) throw error
        throw new InvalidArgumentError(error.message)
    }
}

function gateway(text: string): GatewayAddress {
    try {
        return gatewayAddress(text)
    } catch (error) {
        if (!(error instanceof GatewayAddressError)) throw error
        throw new InvalidArgumentError(error.message)
    }
}

function gatewayMode(text: string): NonNullable<GatewayOptions["gatewayMode"]> {
    if (text === "modbus-tcp" || text === "rtu-over-tcp") return text
    throw new InvalidArgumentError("It must be modbus-tcp or rtu-over-tcp.")
}

function gatewayFault(name: string, others: readonly GatewayHabit[] = []): GatewayHabit[] {
    try {
        return [...others, gatewayHabitNamed(name)]
    } catch (error) {
        if (!(error instanceof UnknownGatewayHabit)) throw error
        throw new InvalidArgumentError(error.message)
    }
}

/** Checks a version of EmonCMS for the stand-in. */
export function release(text: string): string {
    if (isRelease(text)) return text
    throw new InvalidArgumentError(new UnknownReleaseError(text).message)
}

function httpUrl(text: string): string {
    const against = addressObjection(text.trim())
    if (!against) return text.trim()
    throw new InvalidArgumentError(`The address ${against.problem}. ${against.cure}`)
}

function nodeName(text: string): string {
    try {
        checkNode(text)
        return text
    } catch (error) {
        if (!(error instanceof NameError)) throw error
        throw new InvalidArgumentError("Use 1 to 16 letters, digits, spaces, _ - or periods.")
    }
}
