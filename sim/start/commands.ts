import { randomUUID } from "node:crypto"
import { InvalidArgumentError, Option } from "commander"

/** A command on the line, as `src/actors/line-request.ts` has it. */
export type LineCommand =
    | { readonly name: "read-alarm"; readonly meter: string }
    | {
          readonly name: "set-alarm"
          readonly meter: string
          readonly threshold?: string
          readonly value: number
      }
    | { readonly name: "set-address"; readonly from: number; readonly to: number }
    | { readonly name: "reset-energy"; readonly meter: string }
    | { readonly name: "scan"; readonly first: number; readonly last: number }
    | { readonly name: "diagnose" }

/** The options of `npm start` that are commands; at most one of them is given. */
export interface CommandOptions {
    readonly scan?: LineCommand
    readonly diagnose?: true
    readonly alarm?: LineCommand
    readonly setAddress?: LineCommand
    readonly resetEnergy?: LineCommand
}

/** The program that carries out one command, and the source that tells it which. */
export const COMMAND_PROGRAM = "src/command.ts"
const ORDER_FILE = "src/command-order.ts"

const FIRST_ADDRESS = 1
const LAST_ADDRESS = 247
/** Peacefair's general address, for a line with a single meter. */
const GENERAL_ADDRESS = 248

const NAMES = ["scan", "diagnose", "alarm", "setAddress", "resetEnergy"] as const

/** The commands as options of the command line. */
export function commandOptions(): Option[] {
    const options = [
        new Option("--scan [first-last]", "look for meters at these addresses; all when left out")
            .argParser(scanOf)
            .preset("1-247"),
        new Option("--diagnose", "say what is wrong with the line"),
        new Option(
            "--alarm <meter[=value]>",
            "read alarm thresholds, or set one: METER=[THRESHOLD:]VALUE",
        ).argParser(alarmOf),
        new Option(
            "--set-address <from:to>",
            "give a meter another address; from any, if it is alone",
        ).argParser(addressOf),
        new Option("--reset-energy <meter>", "set the energy counter of a meter to 0").argParser(
            (meter): LineCommand => ({ name: "reset-energy", meter }),
        ),
    ]
    for (const option of options) {
        const others = NAMES.filter(name => name !== option.attributeName())
        option.conflicts([...others, "seconds", "record"])
    }
    return options
}

/** The command that was given, if any. */
export function commandOf(options: CommandOptions): LineCommand | undefined {
    if (options.diagnose) return { name: "diagnose" }
    return options.scan ?? options.alarm ?? options.setAddress ?? options.resetEnergy
}

/** The source text that makes {@link COMMAND_PROGRAM} carry out this command; one that changes a meter, only once. */
export function orderSource(command: LineCommand): Record<string, string> {
    const id = questionAbout(command) === undefined ? "look" : randomUUID()
    const order = JSON.stringify({ id, command })
    const type = 'import type { LineCommand } from "./actors/line-request"\n'
    return { [ORDER_FILE]: `${type}export const order: { id: string; command: LineCommand } = ${order}\n` }
}

/** What the user is asked before a command changes a meter; `undefined` for one that only looks. */
export function questionAbout(command: LineCommand): string | undefined {
    switch (command.name) {
        case "set-alarm":
            return `Set the ${command.threshold ?? "alarm threshold"} of ${command.meter} to ${command.value}?`
        case "set-address": {
            const from = command.from === GENERAL_ADDRESS ? "the only meter" : `the meter at ${command.from}`
            return `Give ${from} the address ${command.to}?`
        }
        case "reset-energy":
            return `Set the energy counter of ${command.meter} to 0?`
        default:
            return undefined
    }
}

function scanOf(text: string): LineCommand {
    const [first, last] = (/^(\d+)-(\d+)$/.exec(text)?.slice(1) ?? []).map(Number)
    if (
        first === undefined ||
        last === undefined ||
        first < FIRST_ADDRESS ||
        last > LAST_ADDRESS ||
        last < first
    ) {
        throw new InvalidArgumentError("Write a range within 1-247, for example 1-16.")
    }
    return { name: "scan", first, last }
}

function alarmOf(text: string): LineCommand {
    const [, meter, threshold, value] =
        /^([A-Za-z0-9_-]+)(?:=(?:([a-z_]+):)?(\d+(?:\.\d+)?))?$/.exec(text) ?? []
    if (meter === undefined) {
        throw new InvalidArgumentError(
            "Write METER to read, METER=2300 or METER=low_voltage_threshold:11.5 to set.",
        )
    }
    if (value === undefined) return { name: "read-alarm", meter }
    return { name: "set-alarm", meter, threshold, value: Number(value) }
}

function addressOf(text: string): LineCommand {
    const [source, target] = /^(any|\d+):(\d+)$/.exec(text)?.slice(1) ?? []
    const from = source === "any" ? GENERAL_ADDRESS : Number(source)
    const to = Number(target)
    if (!(isDevice(to) && (isDevice(from) || from === GENERAL_ADDRESS)) || from === to) {
        throw new InvalidArgumentError("Write FROM:TO, two different addresses of 1 to 247; FROM may be any.")
    }
    return { name: "set-address", from, to }
}

function isDevice(address: number): boolean {
    return address >= FIRST_ADDRESS && address <= LAST_ADDRESS
}
