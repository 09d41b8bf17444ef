import { randomUUID } from "node:crypto"
import { InvalidArgumentError } from "commander"
import { knownModelsSource } from "./known-models"

/** A command on the line, as defined in `src/actors/poller/command-request.ts`. */
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

/** The program that carries out one command, and the source file that contains the command. */
export const COMMAND_PROGRAM = "src/programs/command.ts"
const ORDER_FILE = "src/programs/command-order.ts"

const FIRST_ADDRESS = 1
const LAST_ADDRESS = 247
/** Peacefair's general address, for a line with a single meter. */
const GENERAL_ADDRESS = 248

/** The source text that makes {@link COMMAND_PROGRAM} carry out a command; one that changes a meter, only once. */
export function orderSource(command: LineCommand): Record<string, string> {
    const id = questionAbout(command) === undefined ? "look" : randomUUID()
    const order = JSON.stringify({ id, command })
    const type = 'import type { LineCommand } from "../actors/poller/command-request"\n'
    return {
        [ORDER_FILE]: `${type}export const order: { id: string; command: LineCommand } = ${order}\n`,
        ...(command.name === "scan" ? knownModelsSource() : {}),
    }
}

/** The question to the user before a command changes a meter; `undefined` for a command that only reads. */
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

/** Parses `1-16`. @throws InvalidArgumentError */
export function scanOf(text: string): LineCommand {
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

/** Parses `METER` or `METER=[THRESHOLD:]VALUE`. @throws InvalidArgumentError */
export function alarmOf(text: string): LineCommand {
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

/** Parses `FROM:TO`. @throws InvalidArgumentError */
export function addressOf(text: string): LineCommand {
    const [source, target] = /^(any|\d+):(\d+)$/.exec(text)?.slice(1) ?? []
    const from = source === "any" ? GENERAL_ADDRESS : Number(source)
    const to = Number(target)
    if (!(isDevice(to) && (isDevice(from) || from === GENERAL_ADDRESS)) || from === to) {
        throw new InvalidArgumentError("Write FROM:TO, two different addresses of 1 to 247; FROM can be any.")
    }
    return { name: "set-address", from, to }
}

function isDevice(address: number): boolean {
    return address >= FIRST_ADDRESS && address <= LAST_ADDRESS
}
