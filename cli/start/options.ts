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
import { addressObjection } from "../../tools/settings/address"
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
  npm start -- --speed 60                       the same, an hour a minute
  npm start -- --toxic timeout                  a server that says nothing
  npm start -- --emoncms http://192.168.1.10/emoncms --key 0123...   your own EmonCMS
  npm start -- --serial /dev/ttyUSB0            a real meter at a USB-RS485 adapter
  npm start -- --gateway 192.168.1.20           real meters behind a Modbus TCP gateway
  npm start -- --gateway-fault swallows         a virtual gateway that is deaf at first
  npm start -- --replay frames.txt --seconds 60 --record values.jsonl
  npm start -- --flash device.flash             the device of the last run, as after a power cut
  npm start -- --meters 8 --dead 1 --poll 1     eight meters on one line, one of them without power
  npm start -- --scan --serial /dev/ttyUSB0     which addresses have a meter
  npm start -- --set-address any:5 --serial /dev/ttyUSB0             for the only meter on the line
  npm start -- --alarm heatpump=2300            set an alarm threshold in W; without =2300 read it

What is wired stands in devicescript.json, settings in .env.defaults and .env.local.
A key after --key can be seen by other users of this computer; EMON_KEY in .env.local cannot.`

/**
 * Parses the arguments of `npm start`. If help is requested or an argument is wrong, prints a text and ends the process.
 * @param argv as in `process.argv`
 */
export function parseOptions(argv: readonly string[]): StartOptions {
    const command = new Command("npm start --")
        .description(
            "Runs emonscript's bytecode in the DeviceScript runtime on this computer, between a meter and an EmonCMS.",
        )
        .option("--emoncms <url>", "a real EmonCMS instead of the built-in stand-in", httpUrl)
        .option("--key <key>", "its Read & Write key")
        .option("--emoncms-version <version>", "which EmonCMS the stand-in is: 9.8.10 to 11.16.8", release)
        .option("--node <name>", "node to upload to", nodeName)
        .option("--serial <path>", "a real RS485 adapter instead of the virtual meter")
        .option(
            "--gateway <host[:port]>",
            "a real gateway in the network, with the meters behind it",
            gateway,
        )
        .option("--gateway-mode <mode>", "what it speaks: modbus-tcp or rtu-over-tcp", gatewayMode)
        .option(
            "--gateway-fault <name>",
            `a virtual gateway that does this, may be given again: ${GATEWAY_HABITS.join(", ")}`,
            gatewayFault,
        )
        .option(
            "--replay <file>",
            "recorded frames as the meters: lines of HH:MM:SS and hex bytes (docs/replay.md)",
        )
        .option("--seconds <n>", "end after so many seconds of the device's time", positive)
        .option("--json", "end with one line of JSON: the counters of the program")
        .option("--record <file>", "write a line of JSON for each value that the server accepted")
        .option("--flash <file>", "the device's flash, kept between runs: settings, log, what waits")
        .option("--toxic <name>", `harm the network, may be given again: ${TOXIC_NAMES.join(", ")}`, toxic)
        .option("--speed <x>", "run x times faster than the wall clock; not with a real meter", positive)
        .option(
            "--meters <n>",
            "so many virtual PZEM-016 instead of the wired meters",
            wholeUpTo(MOST_METERS),
        )
        .option("--dead <k>", "so many of them do not answer, the first ones", wholeUpTo(MOST_METERS))
        .option("--device-port <number>", "where npm run device finds this device", wholeUpTo(65535))
        .option("--page <port>", "where the live page is served", wholeUpTo(65535))
        .option("--no-page", "serve no live page")
        .option("--poll <seconds>", "from one poll to the next, instead of pollSeconds", wholeUpTo(3600))
        .addHelpText("after", EXAMPLES)
        .allowExcessArguments(false)
        .showHelpAfterError("(npm start -- --help shows all options)")
        .configureOutput({ outputError: (text, write) => write(hideKeys(text)) })
        .optionsGroup("Commands to the meters:")
    for (const option of commandOptions()) command.addOption(option)
    command
        .option("--yes", "do not ask before a meter is changed")
        .option("--then-run", "run the program after the command")
        .parse(argv)
    const options = command.opts<Partial<StartOptions>>()
    const mistake = contradiction(options) ?? lineContradiction(options)
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
    toxic = [],
    speed = 1,
}: Partial<StartOptions>): string | undefined {
    if (key !== undefined && emoncms === undefined) {
        return "--key goes with --emoncms; leave it out, because the built-in stand-in makes its own key."
    }
    if (key !== undefined && !/^[0-9a-f]{32}$/i.test(key)) {
        return "--key: a key has 32 digits of 0-9 and a-f; EmonCMS shows it under My Account."
    }
    if (emoncmsVersion !== undefined && emoncms !== undefined) {
        return "--emoncms-version is for the built-in stand-in; leave it out with --emoncms."
    }
    if (serial !== undefined && replay !== undefined) {
        return "--serial and --replay are two meters for one line; leave one of them out."
    }
    if (serial !== undefined && speed !== 1) {
        return "--speed does not go with --serial: a real meter does not run faster; leave --speed out."
    }
    if (toxic.length > 0 && emoncms?.startsWith("https:")) {
        return "--toxic does not go with https://: its proxy has another name than the certificate."
    }
    return undefined
}

/** Like {@link contradiction}, for the options about meters and commands. */
function lineContradiction(options: Partial<StartOptions>): string | undefined {
    const { serial, replay, meters, dead = 0, yes, thenRun } = options
    const againstGateway = gatewayContradiction(options)
    if (againstGateway !== undefined) return againstGateway
    if (meters !== undefined && (serial !== undefined || replay !== undefined)) {
        return "--meters makes virtual meters; leave it out with --serial and --replay."
    }
    if (dead > (meters ?? 0)) return "--dead goes with --meters, and cannot be more than these."
    if ((yes || thenRun) && commandOf(options) === undefined) {
        return "--yes and --then-run go with a command, for example --scan."
    }
    return undefined
}

function gatewayContradiction(options: Partial<StartOptions>): string | undefined {
    const { gateway, gatewayFault, serial, replay, meters, speed = 1 } = options
    if (gateway === undefined) return undefined
    if (serial !== undefined || replay !== undefined || meters !== undefined) {
        return "--gateway has real meters behind it; leave --serial, --replay and --meters out."
    }
    if (gatewayFault) return "--gateway-fault is for a virtual gateway; leave it out with --gateway."
    if (speed === 1) return undefined
    return "--speed does not go with --gateway: a real meter does not run faster; leave --speed out."
}

/** Most meters on one line that `devicescript.json` permits. */
const MOST_METERS = 10

function wholeUpTo(most: number): (text: string) => number {
    return text => {
        const number = Number(text)
        if (/^\d+$/.test(text) && number >= 1 && number <= most) return number
        throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`)
    }
}

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
        throw new InvalidArgumentError("Use 1 to 16 letters, digits, blanks, _ - or full stops.")
    }
}
