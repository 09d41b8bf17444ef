import fc from "fast-check"
import schema from "../../devicescript.schema.json"
import type { MeterModel } from "../../sim/meter/meter-model"
import { pick, type Random, randomInteger, seededRandom } from "../../sim/random"
import { projectRoot } from "../project"
import { boardIds } from "../wiring/boards"
import type { Config } from "../wiring/config"
import { checkBoard } from "../wiring/meaning-check"
import { withLineAndFields } from "./line-and-fields"
import { shippedModels } from "./shipped-models"

/** The keywords that the schema uses. */
interface Subschema {
    readonly $ref?: string
    readonly const?: unknown
    readonly enum?: readonly unknown[]
    readonly oneOf?: readonly Subschema[]
    readonly allOf?: readonly Subschema[]
    readonly type?: string
    readonly pattern?: string
    readonly minimum?: number
    readonly maximum?: number
    readonly minItems?: number
    readonly maxItems?: number
    readonly items?: Subschema
    readonly required?: readonly string[]
    readonly properties?: Readonly<Record<string, Subschema>>
    readonly additionalProperties?: boolean | Subschema
}

const DEFINITIONS = schema.definitions as Readonly<Record<string, Subschema>>
const REFERENCE = "#/definitions/"

/** Probability that something optional is present. */
const OFTEN = 0.4

/** Numbers of meters to pick from. Small ones are more frequent than the schema's range would make them. */
const FLEETS = [1, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10]

/** Intervals in s that owners choose; the schema also permits everything in between. */
const PACES = [1, 2, 5, 10, 10, 10, 15, 30, 60, 300, 900, 3600]

/** Fields that most meters have and that are not counters. */
const SAMPLED = ["voltage", "current", "power"]

/**
 * Draws a configuration from the schema, with owners' usual choices more often. Then fixes what the schema cannot express, so
 * that most configurations are accepted: each meter has a unique name and address, boards and pins exist, all models of a
 * line share one factory setting, and the line's settings suit the meters.
 */
export function drawConfig(seed: number): Config {
    return withLineAndFields(drawFactoryConfig(seed), seed)
}

/** The same configuration, but the line has the meters' factory setting, and readings have the models' default fields. */
export function drawFactoryConfig(seed: number): Config {
    const random = seededRandom(seed)
    const config = drawn(schema as unknown as Subschema, random) as Config
    const { line } = config
    if (line.driver === "spi-uart") {
        delete line.mosi
        delete line.miso
        if (line.de !== undefined) line.de = "RS485_DE"
    }
    if (line.driver !== "tcp") {
        delete line.baud
        delete line.parity
        delete line.stopBits
    }
    const models = modelsOfOneLine(random)
    const count = pick(FLEETS, random)
    const used = { names: new Set<string>(), addresses: new Set<number>() }
    const meters = Array.from({ length: count }, () => {
        const meter = drawn(DEFINITIONS.meter!, random) as Config["meters"][number]
        while (used.names.has(meter.name.toLowerCase()))
            meter.name = drawn(DEFINITIONS.meter!.properties!.name!, random) as string
        while (used.addresses.has(meter.address)) meter.address = randomInteger(random, 1, 247)
        const { id, fields } = pick(models, random)
        meter.model = id
        delete meter.fields
        if (meter.statistics) {
            const sampled = pick(SAMPLED, random)
            if (fields.some(({ name }) => name === sampled)) meter.statistics = [sampled]
            else delete meter.statistics
        }
        used.names.add(meter.name.toLowerCase())
        used.addresses.add(meter.address)
        return meter
    })
    const pace = () => (random() < OFTEN ? randomInteger(random, 1, 3600) : pick(PACES, random))
    return {
        ...config,
        board: boardFor(config, random),
        meters,
        pollSeconds: pace(),
        uploadSeconds: pace(),
        inputs: random() < OFTEN ? inputs(random) : undefined,
    }
}

/** All models with the same factory speed and format as a random one. */
function modelsOfOneLine(random: Random): MeterModel[] {
    const all = shippedModels()
    const { baud, format } = pick(all, random).line
    return all.filter(({ line }) => line.baud === baud && line.format === format)
}

/** A board with the pins that the wiring needs. */
function boardFor(config: Config, random: Random): string {
    const fit = boardIds(projectRoot).filter(
        board => checkBoard({ ...config, board }, projectRoot).mistakes.length === 0,
    )
    return pick(fit.length > 0 ? fit : boardIds(projectRoot), random)
}

/** Renames some of the fields that most meters have. */
function inputs(random: Random): Config["inputs"] {
    const fields = ["voltage", "current", "power", "energy"].filter(() => random() < 0.5)
    const renamed = fields.map(field => {
        const input = drawn(DEFINITIONS.input!, random) as { name?: string; unit?: "Wh" | "kWh" }
        const unit = field === "energy" ? input.unit : undefined
        return [field, { name: input.name ?? field, ...(unit && { unit }) }] as const
    })
    return Object.fromEntries(renamed)
}

function drawn(part: Subschema, random: Random): unknown {
    if (part.$ref !== undefined) return drawn(DEFINITIONS[part.$ref.slice(REFERENCE.length)]!, random)
    if (part.const !== undefined) return part.const
    if (part.enum) return pick(part.enum, random)
    if (part.oneOf) return drawn(pick(part.oneOf, random), random)
    if (part.allOf) return drawn(part.allOf[0]!, random)
    switch (part.type) {
        case "boolean":
            return random() < 0.5
        case "integer":
            return randomInteger(random, part.minimum!, part.maximum!)
        case "string":
            return textLike(part.pattern ?? "^x$", random)
        case "array":
            return Array.from({ length: randomInteger(random, part.minItems!, part.minItems! + 1) }, () =>
                drawn(part.items!, random),
            )
        default:
            return objectOf(part, random)
    }
}

function objectOf({ properties = {}, required = [] }: Subschema, random: Random): object {
    const there = Object.entries(properties).filter(
        ([name]) => name !== "$schema" && (required.includes(name) || random() < OFTEN),
    )
    return Object.fromEntries(there.map(([name, part]) => [name, drawn(part, random)]))
}

const texts = new Map<string, fc.Arbitrary<string>>()

function textLike(pattern: string, random: Random): string {
    const known = texts.get(pattern) ?? fc.stringMatching(new RegExp(pattern))
    texts.set(pattern, known)
    return fc.sample(known, { seed: randomInteger(random, 1, 1_000_000), numRuns: 1 })[0]!
}
