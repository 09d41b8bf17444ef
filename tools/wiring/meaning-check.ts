import type { MeterModel } from "../../sim/meter/meter-model"
import { UNREAD } from "../../src/line/meters/row"
import { chosenFields } from "../meters/chosen-fields"
import { placesRead } from "../meters/generate-profile"
import { readingFields } from "../meters/statistic-fields"
import { type Board, boardIds, FIT_CHIPS, readBoard, unfit } from "./boards"
import { available, lineDrivers } from "./catalog"
import type { Config, MeterConfig, SpiUartConfig, Target } from "./config"
import type { Mistake } from "./config-error"
import { defaults } from "./schema-check"

/** Finds a driver that this version of the program does not have. */
export function missingParts(config: Config, target: Target, root: string): Mistake[] {
    const drivers = available(lineDrivers, root)
    const missing = (path: string, value: string, present: string[]): Mistake => ({
        path,
        value,
        problem: "is not available in this version",
        cure: `Available: ${present.join(", ") || "none"}.`,
    })
    const mistakes: Mistake[] = []
    const driver = config.line.driver
    if (target === "device" && !drivers.includes(driver))
        mistakes.push(missing("line.driver", driver, drivers))
    return mistakes
}

/** Finds meters with the same name or the same address. */
export function repeatedMeters(config: Config): Mistake[] {
    return [
        ...repeats(
            config.meters.map(m => m.name.toLowerCase()),
            (i, first) => ({
                path: `meters[${i}].name`,
                value: config.meters[i]!.name,
                problem: `is also the name of meters[${first}]`,
                cure: "Give each meter its own name; upper and lower case count as the same.",
            }),
        ),
        ...repeats(
            config.meters.map(m => m.address),
            (i, first) => ({
                path: `meters[${i}].address`,
                value: config.meters[i]!.address,
                problem: `is also the address of ${config.meters[first]!.name}`,
                cure: "Give each meter on the line its own address; connect one meter at a time to set it.",
            }),
        ),
    ]
}

function repeats<T>(values: T[], mistake: (index: number, first: number) => Mistake): Mistake[] {
    return values.flatMap((value, i) => {
        const first = values.indexOf(value)
        return first < i ? [mistake(i, first)] : []
    })
}

/** The board that the configuration names, and what is wrong with it or its pins. */
export function checkBoard(config: Config, root: string): { board?: Board; mistakes: Mistake[] } {
    const known = boardIds(root)
    const { line, store } = config
    const onI2c = [line.driver, store?.driver].find(driver => usesI2c.includes(driver ?? ""))
    if (config.board === undefined) {
        const user = line.driver === "spi-uart" ? line.driver : onI2c
        if (user === undefined) return { mistakes: [] }
        const cure = `Write one of ${known.join(", ")}.`
        return { mistakes: [{ path: "board", problem: `is missing, and ${user} uses its pins`, cure }] }
    }
    if (!known.includes(config.board)) {
        const reason = unfit(config.board)
        if (reason)
            return { mistakes: [{ path: "board", value: config.board, problem: reason, cure: FIT_CHIPS }] }
        const cure = `Write one of ${known.join(", ")}, or describe your board in boards/ (npx devs add board).`
        return { mistakes: [{ path: "board", value: config.board, problem: "is not known", cure }] }
    }
    const board = readBoard(config.board, root)
    const reason = unfit(board.chip)
    if (reason) return { mistakes: [{ path: "board", value: board.id, problem: reason, cure: FIT_CHIPS }] }
    const mistakes = line.driver === "spi-uart" ? pinMistakes(line, board) : []
    if (onI2c !== undefined && !board.i2c) {
        const cure = `Add "i2c": { "pinSDA": ..., "pinSCL": ... } to boards/${board.id}.board.json.`
        const problem = `has no pins for I2C, which ${onI2c} needs`
        mistakes.push({ path: "board", value: board.id, problem, cure })
    }
    return { board, mistakes }
}

/** Line and store drivers that use the I2C bus. */
const usesI2c: string[] = ["sc16is7xx", "fram", "eeprom"]

/** Finds chips with the same address on the I2C bus. */
export function sharedI2cAddress({ line, store }: Config): Mistake[] {
    if (line.driver !== "sc16is7xx" || store === undefined || store.driver === "settings") return []
    const value = store.i2cAddress ?? defaults.memoryAddress
    if (Number(value) !== Number(line.i2cAddress ?? defaults.i2cAddress)) return []
    const cure = "Set one of the two chips to another address with its address pins."
    return [{ path: "store.i2cAddress", value, problem: "is also the address of the sc16is7xx", cure }]
}

function pinMistakes(line: SpiUartConfig, board: Board): Mistake[] {
    const written = { mosi: line.mosi ?? defaults.mosi, miso: line.miso ?? defaults.miso, de: line.de }
    const named = Object.entries(written).flatMap(([role, pin]) => (pin === undefined ? [] : [{ role, pin }]))
    const unknown = named
        .filter(({ pin }) => !board.pins.has(pin))
        .map(({ role, pin }) => ({
            path: `line.${role}`,
            value: pin,
            problem: `is not a free pin of ${board.id}`,
            cure: `Write one of ${[...board.pins.keys()].join(", ")}.`,
        }))
    const shared = repeats(
        named.map(({ pin }) => board.pins.get(pin) ?? pin),
        (i, first) => ({
            path: `line.${named[i]!.role}`,
            value: named[i]!.pin,
            problem: `is the same pin as line.${named[first]!.role}`,
            cure: "Wire each signal to its own pin.",
        }),
    )
    return [...unknown, ...shared]
}

/** Finds requested fields that the model does not have, and readings with too many fields. */
export function fieldMistakes({ model, fields }: MeterConfig, index: number, facts: MeterModel): Mistake[] {
    const known = facts.fields.filter(field => !field.hidden).map(field => field.name)
    const path = `meters[${index}].fields`
    const unknown = (fields ?? []).flatMap((name, i): Mistake[] =>
        known.includes(name)
            ? []
            : [
                  {
                      path: `${path}[${i}]`,
                      value: name,
                      problem: `is not a field of ${model}`,
                      cure: `Write one of ${known.join(", ")}.`,
                  },
              ],
    )
    if (unknown.length > 0) return unknown
    const chosen = chosenFields(facts, fields)
    const tooMany = (problem: string): Mistake[] => [{ path, problem, cure: "Leave some out." }]
    if (chosen.length > MOST_FIELDS)
        return tooMany(`has ${chosen.length} fields, but a reading can have ${MOST_FIELDS}`)
    const registers = new Set(placesRead(facts, chosen).map(place => `${place.function} ${place.at}`)).size
    return registers > MOST_REGISTERS
        ? tooMany(`reads ${registers} registers, but a poll can read ${MOST_REGISTERS}`)
        : []
}

/** Maximum number of fields in a reading, because a block of the store can hold no more. */
export const MOST_FIELDS = 31

/** Maximum number of values in a poll, because each may need a request of its own, whose index is a byte; see {@link UNREAD}. */
const MOST_REGISTERS = UNREAD

/** Finds inputs of fields that no meter has, inputs that collide, and units of energy for fields of another unit. */
export function inputMistakes(config: Config, models: readonly MeterModel[]): Mistake[] {
    const inputs = config.inputs ?? {}
    const profiles = models.map((model, i) => ({ fields: readingFields(model, config.meters[i]!) }))
    const fields = new Map(profiles.flatMap(p => p.fields).map(f => [f.name, f]))
    return Object.entries(inputs).flatMap(([name, input]): Mistake[] => {
        const path = `inputs.${name}`
        const field = fields.get(name)
        if (!field) {
            const cure = `Write one of ${[...fields.keys()].join(", ")}.`
            return [{ path, problem: "is not a field of any meter here", cure }]
        }
        const mistakes: Mistake[] = []
        if (input.unit && !["Wh", "kWh"].includes(field.unit)) {
            const problem = `is a unit of energy, but ${name} is in ${field.unit || "no unit"}`
            mistakes.push({ path: `${path}.unit`, value: input.unit, problem, cure: "Remove it." })
        }
        const clash = profiles
            .flatMap(p => (p.fields.some(f => f.name === name) ? p.fields : []))
            .find(f => f.name !== name && (inputs[f.name]?.name ?? f.name) === input.name)
        if (clash) {
            const problem = `is also the input of ${clash.name}`
            const cure = "Give each field its own input."
            mistakes.push({ path: `${path}.name`, value: input.name, problem, cure })
        }
        return mistakes
    })
}
