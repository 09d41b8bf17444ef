import {
    type MeterModel,
    type ModelField,
    type ModelSetting,
    type RegisterPlace,
    registersOf,
    type ScaleRegister,
} from "../../sim/meter/meter-model"
import { chosenFields } from "./chosen-fields"
import { type FieldSource, factorOf, fieldTable, statisticTable } from "./field-table"
import { type PlannedRequest, planRequests } from "./plan-requests"
import { type ReadingChoice, statisticFields } from "./statistic-fields"

/** The wanted fields of a model, and the speed of the line. */
export interface ProfileOptions extends ReadingChoice {
    /** Speed of the line in bit/s. */
    readonly baud?: number
}

/** A model as DeviceScript source. */
export interface ProfileSource {
    /** Names of the functions that it imports, see {@link importsCode}. */
    readonly imports: readonly string[]
    /** Declarations of functions that must precede the profile. */
    readonly functions: readonly string[]
    /** The profile, an expression of the type `Profile`. */
    readonly expression: string
    /** The names of its fields. */
    readonly fields: readonly string[]
}

/**
 * Import statements for some profiles.
 * @param folder path of `src/line/meters`, relative to the importing file
 */
export function importsCode(names: Iterable<string>, folder: string): string[] {
    const unique = [...new Set(names)].sort()
    const registers = unique.filter(name => name !== "powerOfTen")
    return [
        ...(unique.includes("powerOfTen") ? [`import { powerOfTen } from "${folder}/decode"`] : []),
        `import { ${registers.join(", ")} } from "${folder}/registers"`,
    ]
}

/** The registers that a poll for some fields of a model must read. */
export function placesRead(model: MeterModel, fields: readonly ModelField[]): RegisterPlace[] {
    return fields.flatMap(field => partsOf(model, field)).flatMap(placesOf)
}

/**
 * Generates a model as DeviceScript source: tables that stay in flash, and only the decoding functions that it needs.
 * @param symbol prefix for the names of functions made for this model
 */
export function generateProfile(
    model: MeterModel,
    symbol: string,
    options: ProfileOptions = {},
): ProfileSource {
    const read = chosenFields(model, options.fields)
    const statistics = statisticFields(read, options.statistics)
    const fields = [...read, ...statistics]
    const requests = planRequests(placesRead(model, read), model, options.baud)
    const { imports, functions, decoders, table } = generateFields(model, symbol, read, requests)
    const properties: [string, string | number | undefined][] = [
        ["model", text(model.id)],
        ["settleMs", model.timing.settleMs],
        ["requests", hex(requests.flatMap(r => [r.function, r.start >> 8, r.start & 0xff, r.count]))],
        ["labels", `() => [${fields.flatMap(f => [text(f.name), text(f.unit)]).join(", ")}]`],
        ["table", hex([...table, ...statisticTable(statistics)])],
        ["decoders", `[${decoders.join(", ")}]`],
        ["mark", markOf(model, fields)],
        ["settings", settingsCode(model.settings)],
    ]
    const entries = properties.filter(([, value]) => value !== undefined)
    return {
        imports,
        functions,
        expression: `{ ${entries.map(([name, value]) => `${name}: ${value}`).join(", ")} }`,
        fields: fields.map(f => f.name),
    }
}

/** Source that decodes some fields of a model. */
export interface FieldsSource extends Pick<ProfileSource, "imports" | "functions"> {
    /** Names of functions. */
    readonly decoders: readonly string[]
    /** The bytes of `Profile.table`. */
    readonly table: readonly number[]
}

/**
 * Generates the source that decodes some fields of a model from the replies to some requests.
 * @param requests must cover all registers of the fields
 */
export function generateFields(
    model: MeterModel,
    symbol: string,
    fields: readonly ModelField[],
    requests: readonly PlannedRequest[],
): FieldsSource {
    const writer = new DecoderWriter(symbol, requests)
    const sources = fields.map(field => writer.source(field, partsOf(model, field)))
    return {
        imports: [...writer.imports],
        functions: writer.functions,
        decoders: writer.decoders,
        table: [...fieldTable(model, fields, sources)],
    }
}

/** The fields with registers that make up a field: itself, or the terms of its sum. */
function partsOf(model: MeterModel, field: ModelField): ModelField[] {
    if (!field.sum) return [field]
    return field.sum.map(term => model.fields.find(f => f.name === term.replace(/^-/, ""))!)
}

function placesOf(part: ModelField): RegisterPlace[] {
    return [part.place!, ...part.scaleFrom]
}

/** Locates fields in the replies to some requests, and generates the functions that decode them. */
class DecoderWriter {
    readonly imports = new Set<string>()
    readonly functions: string[] = []
    /** Names of the functions in the profile's list of decoders. */
    readonly decoders: string[] = []

    constructor(
        private readonly symbol: string,
        private readonly requests: readonly PlannedRequest[],
    ) {}

    source(field: ModelField, parts: readonly ModelField[]): FieldSource {
        const { read, offset } = this.locate(parts[0]!.place!)
        return { read, offset, decoder: this.decoder(field, parts) }
    }

    /** @returns the index of the field's decoder in {@link decoders} */
    private decoder(field: ModelField, parts: readonly ModelField[]): number {
        const { place, sign, scaleFrom } = field
        const plain = !field.sum && scaleFrom.length === 0 && (sign === undefined || sign === "negate")
        const name = plain ? this.use(place!.type) : this.composed(field, parts)
        const known = this.decoders.indexOf(name)
        return known >= 0 ? known : this.decoders.push(name) - 1
    }

    /** Generates a function for a field, unless an identical one already exists. */
    private composed(field: ModelField, parts: readonly ModelField[]): string {
        const body = field.sum ? this.sumCode(field, parts) : this.ownCode(field)
        const head = (name: string) =>
            `function ${name}(registers: Buffer, at: number, replies: Buffer[]): number {`
        const written = this.functions.findIndex(code => code.endsWith(body))
        if (written >= 0) return `${this.symbol}Value${written}`
        const name = `${this.symbol}Value${this.functions.length}`
        this.functions.push(`${head(name)}\n${body}`)
        return name
    }

    /** Code for a register whose sign or scale needs more than a factor. */
    private ownCode({ place, sign, scaleFrom, unavailable }: ModelField): string {
        const registers = scaleFrom.map(register => this.locate(register))
        let value = `${this.use(place!.type)}(registers, at)`
        if (unavailable !== undefined && scaleFrom.length > 0)
            value = `${this.use("known")}(${value}, ${unavailable})`
        if (sign === "absolute") value = `Math.abs(${value})`
        if (sign === "folded") value = `${this.use("folded")}(${value})`
        scaleFrom.forEach((register, i) => {
            value = `${value} ${this.scaleCode(register, registers[i]!)}`
        })
        return functionBody(registers, value)
    }

    private sumCode(field: ModelField, parts: readonly ModelField[]): string {
        const places = parts.map(part => this.locate(part.place!))
        const terms = parts.map((part, i) => {
            const { read, offset } = places[i]!
            let value = `${this.use(part.place!.type)}(replies[${read}], ${offset})`
            if (part.unavailable !== undefined) value = `${this.use("known")}(${value}, ${part.unavailable})`
            if (part.sign === "absolute") value = `Math.abs(${value})`
            for (const register of part.scaleFrom)
                value = `${value} ${this.scaleCode(register, this.locate(register))}`
            const factor = factorOf({ ...part, decimals: 0 }) * (field.sum![i]!.startsWith("-") ? -1 : 1)
            return factor === 1 ? value : `${value} * ${factor}`
        })
        const scales = parts.flatMap(part => part.scaleFrom.map(register => this.locate(register)))
        const total = terms.join(" + ")
        return functionBody([...places, ...scales], field.sign === "absolute" ? `Math.abs(${total})` : total)
    }

    private scaleCode(register: ScaleRegister, { read, offset }: Location): string {
        const content = `${this.use(register.type)}(replies[${read}], ${offset})`
        switch (register.as) {
            case "factor":
                return register.scale === 1 ? `* ${content}` : `* ${content} * ${register.scale}`
            case "decimals":
                return `/ ${this.use("powerOfTen")}(${content})`
            case "codes": {
                const codes = Object.entries(register.codes)
                    .flatMap(([code, factor]) => [Number(code), factor])
                    .join(", ")
                return `* ${this.use("coded")}(${content}, [${codes}])`
            }
        }
    }

    private locate({ function: code, at, type, byte }: RegisterPlace): Location {
        const end = at + registersOf(type)
        const read = this.requests.findIndex(
            r => r.function === code && r.start <= at && end <= r.start + r.count,
        )
        const low = type.endsWith("8") && byte === "low" ? 1 : 0
        return { read, offset: 2 * (at - this.requests[read]!.start) + low }
    }

    private use(name: string): string {
        this.imports.add(name)
        return name
    }
}

interface Location {
    readonly read: number
    readonly offset: number
}

/** Code that returns a value, or NaN if one of the needed replies is missing. */
function functionBody(needed: readonly Location[], value: string): string {
    const reads = [...new Set(needed.map(({ read }) => read))]
    const missing = reads.map(read => `!replies[${read}]`).join(" || ")
    return `${missing ? `    if (${missing}) return NaN\n` : ""}    return ${value}\n}`
}

function settingsCode(settings: readonly ModelSetting[]): string | undefined {
    if (settings.length === 0) return undefined
    const entries = settings.map(({ name, unit, at, decimals, min, max, codes }) => {
        const one = 10 ** decimals
        const pairs =
            codes && Object.entries(codes).flatMap(([value, content]) => [Number(value) * one, content])
        const choice = pairs ? `, codes: [${pairs.join(", ")}]` : ""
        const range = `min: ${Math.round(min * one)}, max: ${Math.round(max * one)}`
        return `{ name: ${text(name)}, unit: ${text(unit)}, register: ${at}, decimals: ${decimals}, ${range}${choice} }`
    })
    return `() => [${entries.join(", ")}]`
}

/** A hash of eight bits (FNV-1a) of what a reading's integers mean. */
function markOf({ id }: MeterModel, fields: readonly ModelField[]): number {
    let hash = 0x811c9dc5
    for (const byte of Buffer.from(JSON.stringify([id, fields.map(f => [f.name, f.unit, f.decimals])])))
        hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
    return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & 0xff
}

function text(value: string): string {
    return JSON.stringify(value)
}

/** A buffer literal in flash. Its bytes take neither heap nor room for functions. */
function hex(bytes: readonly number[]): string {
    if (bytes.some(byte => !(byte >= 0 && byte <= 0xff)))
        throw new RangeError(`not bytes: ${bytes.join(" ")}`)
    return `hex\`${Buffer.from(bytes).toString("hex")}\``
}
