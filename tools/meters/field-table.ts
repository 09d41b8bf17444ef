import type { MeterModel, ModelField } from "../../sim/meter/meter-model"
import { Cell, Flag, Relation, ROW, UNREAD } from "../../src/line/meters/row"
import { GREATEST_INTEGER } from "./model-mistakes"
import { MOST_DECIMALS } from "./resolve-model"
import type { StatisticField } from "./statistic-fields"

/** Where a decoder finds a field. */
export interface FieldSource {
    /** Index of the request. */
    readonly read: number
    /** Offset in the registers of its reply, in bytes. */
    readonly offset: number
    /** Index of the decoder. */
    readonly decoder: number
}

const NONE = 0xff
const MS_PER_HOUR = 3_600_000
const MAINS: Readonly<Record<string, number>> = { V: 230, Hz: 50 }

/** Leading binary digits that usually stay the same. A current has fewer, because the greater a load, the more it changes. */
const STEADY = { counter: 99, current: 6, other: 9 }

/**
 * Generates the table for `src/line/meters/table.ts`.
 * @param fields the fields of the model that are read, in the order of readings
 * @param sources one for each field
 */
export function fieldTable(
    model: MeterModel,
    fields: readonly ModelField[],
    sources: readonly FieldSource[],
): Uint8Array {
    return tableOf(fields, (field, i) => ({
        source: sources[i]!,
        relation: relationOf(model, fields, i),
        limit: limitOf(model, field),
    }))
}

/** Generates the table rows of statistics, which no request reads. */
export function statisticTable(fields: readonly StatisticField[]): Uint8Array {
    return tableOf(fields, ({ of }) => ({
        source: { read: UNREAD, offset: 0, decoder: 0 },
        relation: { ...UNRELATED, first: of },
        limit: 0,
    }))
}

/** What a row contains in addition to its field's properties. */
interface RowFacts {
    readonly source: FieldSource
    readonly relation: FieldRelation
    /** {@link Cell.Limit}. */
    readonly limit: number
}

function tableOf<F extends ModelField>(
    fields: readonly F[],
    factsOf: (field: F, index: number) => RowFacts,
): Uint8Array {
    const table = new Uint8Array(ROW * fields.length)
    fields.forEach((field, i) => {
        writeRow(new DataView(table.buffer, i * ROW, ROW), field, factsOf(field, i))
    })
    return table
}

function writeRow(row: DataView, field: ModelField, { source, relation, limit }: RowFacts): void {
    const { read, offset, decoder } = source
    const one = 10 ** field.decimals
    const bytes: [Cell, number][] = [
        [Cell.Read, read],
        [Cell.Offset, offset],
        [Cell.Decoder, decoder],
        [Cell.Format, atMost(MOST_DECIMALS, field.decimals) | flagsOf(field)],
        [Cell.Relation, relation.kind],
        [Cell.First, relation.first],
        [Cell.Second, relation.second],
        [Cell.Steady, steadyOf(field)],
    ]
    for (const [cell, value] of bytes) row.setUint8(cell, atMost(0xff, value))
    const { min, max = field.counter ? field.end : undefined } = field
    const floats: [Cell, number][] = [
        [Cell.Factor, factorOf(field)],
        [
            Cell.Unavailable,
            field.scaleFrom.length > 0 || field.sum ? Number.NaN : (field.unavailable ?? Number.NaN),
        ],
        [Cell.Min, min === undefined ? (field.counter ? 0 : -GREATEST_INTEGER) : rounded(min * one)],
        [Cell.Max, max === undefined ? GREATEST_INTEGER - 1 : rounded(max * one)],
        [Cell.Scale, relation.scale],
        [Cell.Level, (MAINS[field.unit] ?? 0) * one],
        [Cell.Limit, limit],
    ]
    for (const [cell, value] of floats) row.setFloat64(cell, value, true)
}

/**
 * Checks a number for some bits of a row.
 * @throws RangeError when they cannot hold it
 */
function atMost(most: number, value: number): number {
    if (Number.isInteger(value) && value >= 0 && value <= most) return value
    throw new RangeError(`a row of the field table has room for 0 to ${most}, not for ${value}`)
}

/** A reading's integer for a register value of 1. */
export function factorOf({ scale, decimals, sign }: Pick<ModelField, "scale" | "decimals" | "sign">): number {
    const factor = exact(scale * 10 ** decimals)
    return sign === "negate" ? -factor : factor
}

/** Rounds away the last digits, where products of decimal fractions are inexact. */
function exact(value: number): number {
    return Number(value.toPrecision(14))
}

function rounded(value: number): number {
    return Math.round(exact(value))
}

function flagsOf({ counter, zero, unit }: ModelField): number {
    const energy = unit === "kWh" ? Flag.Energy : 0
    const alive = zero === "some" ? Flag.Alive : 0
    return (counter ? Flag.Counter : 0) | (zero === "no" ? 0 : Flag.Zero) | alive | energy
}

function steadyOf({ counter, unit }: ModelField): number {
    if (counter) return STEADY.counter
    return unit === "A" ? STEADY.current : STEADY.other
}

interface FieldRelation {
    readonly kind: Relation
    readonly first: number
    readonly second: number
    readonly scale: number
}

const UNRELATED: FieldRelation = { kind: Relation.None, first: NONE, second: NONE, scale: 0 }

/** The phase at the end of a field's name, such as `power_l2`. */
const PHASE = /(_l[123])?$/

/** How a field follows from fields before it, judged by their names. */
function relationOf(model: MeterModel, fields: readonly ModelField[], index: number): FieldRelation {
    const field = fields[index]!
    const before = (name: string) => fields.findIndex((other, i) => i < index && other.name === name)
    const one = (i: number) => 10 ** fields[i]!.decimals
    const phase = PHASE.exec(field.name)![0]
    const stem = field.name.slice(0, field.name.length - phase.length)
    const power = before(`power${phase}`)
    if (field.counter) {
        const source = before(COUNTED[stem] === undefined ? "" : COUNTED[stem] + phase)
        if (source < 0) return UNRELATED
        const sign = stem.endsWith("_export") ? -1 : 1
        const units = (sign * unitsPerHour(fields[source]!, field)) / one(source)
        // half, because it is multiplied by the sum of the powers at both ends
        const scale = (one(index) * units) / MS_PER_HOUR / 2
        return { kind: Relation.Integral, first: source, second: NONE, scale }
    }
    if (stem === "power") {
        const voltage = before(`voltage${phase}`)
        const current = before(`current${phase}`)
        if (voltage >= 0 && current >= 0) {
            const scale = one(index) / one(voltage) / one(current)
            return { kind: Relation.Product, first: voltage, second: current, scale }
        }
        const [first, second, third] = ["_l1", "_l2", "_l3"].map(end => before(`power${end}`))
        if (phase === "" && first! >= 0 && second === first! + 1 && third === first! + 2) {
            const scale = one(index) / one(first!)
            return { kind: Relation.Sum, first: first!, second: third!, scale }
        }
    }
    if (stem === "power_factor" && power >= 0) {
        const source = relationOf(model, fields, power)
        if (source.kind === Relation.Product)
            return { kind: Relation.Quotient, first: power, second: NONE, scale: one(index) / source.scale }
    }
    return UNRELATED
}

/** The quantity that a counter counts, by the counter's name. */
const COUNTED: Readonly<Record<string, string>> = {
    energy: "power",
    energy_export: "power",
    heat_energy: "heat_power",
    volume: "flow",
}

/** Maximum power of a meter in W; `undefined` if its file gives none. */
function greatestPower({ fields }: MeterModel): number | undefined {
    const total = fields.find(field => field.name === "power")?.max
    if (total !== undefined) return total
    const phases = fields.filter(field => /^power_l[123]$/.test(field.name))
    if (phases.length === 0 || phases.some(field => field.max === undefined)) return undefined
    return phases.reduce((sum, field) => sum + field.max!, 0)
}

/** How much a counter rises in an hour while the quantity that it counts is 1. */
function unitsPerHour(source: ModelField, counter: ModelField): number {
    if (source.unit === "W" && counter.unit === "kWh") return 0.001
    if (source.unit === "l/h" && counter.unit === "m3") return 0.001
    return 0
}

/** {@link Cell.Limit}. */
function limitOf(model: MeterModel, field: ModelField): number {
    const one = 10 ** field.decimals
    if (field.counter) {
        const most = field.mostPerHour ?? usualMost(model, field)
        return most === undefined ? GREATEST_INTEGER : most * one
    }
    const current = model.fields.find(f => f.name === field.name.replace(/^power/, "current"))
    return current ? rounded(model.startingCurrent * 10 ** current.decimals) : 0
}

function usualMost(model: MeterModel, { name, unit }: ModelField): number | undefined {
    const stem = name.replace(PHASE, "")
    const source = model.fields.find(field => field.name === COUNTED[stem])
    const most =
        source?.max ??
        (["kWh", "kvarh"].includes(unit) && !stem.startsWith("heat") ? greatestPower(model) : undefined)
    return most === undefined ? undefined : most / 1000
}
