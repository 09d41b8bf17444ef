import schema from "../../devicescript.schema.json"
import type { MeterModel } from "../../sim/meter/meter-model"
import { pick, type Random, randomInteger, seededRandom } from "../../sim/random"
import { readingFields } from "../meters/statistic-fields"
import type { Config, LineConfig } from "../wiring/config"
import { lineSpeed, parityOf } from "../wiring/line-speed"
import { MOST_FIELDS } from "../wiring/meaning-check"
import { shippedModel, shippedModels } from "./shipped-models"

/** Added to a wiring's seed, so that these choices have random numbers of their own. */
const OTHER_NUMBERS = 0x4000_0000

/** Probability that something is chosen, and that the choice ignores what the meters can do. */
const OFTEN = 0.5
const SELDOM = 0.05

/**
 * Draws speed, parity and stop bits of the line, and which fields are read from each meter. Meters that do not know the speed
 * are exchanged for others. Settings that do not fit are removed, so that most configurations are still accepted.
 */
export function withLineAndFields(config: Config, seed: number): Config {
    const random = seededRandom(seed + OTHER_NUMBERS)
    const moved = withSpeed(config, random)
    const models = moved.meters.map(({ model }) => shippedModel(model))
    const line = withFormat(moved, models, random)
    const meters = moved.meters.map((meter, i) =>
        random() < OFTEN ? { ...meter, fields: someFields(models[i]!, meter.statistics, random) } : meter,
    )
    if (!config.inputs) return { ...moved, meters, line }
    const known = new Set(meters.flatMap((meter, i) => readingFields(models[i]!, meter).map(f => f.name)))
    const inputs = Object.fromEntries(Object.entries(config.inputs).filter(([name]) => known.has(name)))
    return { ...moved, meters, line, inputs }
}

function withSpeed(config: Config, random: Random): Config {
    const { line } = config
    if (line.driver === "tcp" || random() >= OFTEN) return config
    const baud = pick(schema.definitions.baud.enum, random)
    const parity = parityOf(shippedModel(config.meters[0]!.model).line.format)
    const suited = shippedModels().filter(
        ({ line }) => line.bauds.includes(baud) && parityOf(line.format) === parity,
    )
    const meters = config.meters.map(meter => {
        if (suited.some(({ id }) => id === meter.model) || suited.length === 0 || random() < SELDOM)
            return meter
        const { statistics, ...rest } = meter
        const { id, fields } = pick(suited, random)
        const isKnown = statistics?.every(name => fields.some(field => field.name === name))
        return { ...rest, model: id, ...(isKnown && { statistics }) }
    })
    return { ...config, meters, line: { ...line, baud } }
}

function withFormat(config: Config, models: readonly MeterModel[], random: Random): LineConfig {
    let { line } = config
    if (line.driver === "tcp") return line
    const { parity, stopBits } = schema.definitions
    for (const [name, values] of Object.entries({ parity: parity.enum, stopBits: stopBits.enum })) {
        if (random() >= OFTEN) continue
        const all = values.map(value => ({ ...line, [name]: value }) as LineConfig)
        const fit = all.filter(line => lineSpeed({ ...config, line }, models).mistakes.length === 0)
        line = pick(random() < SELDOM || fit.length === 0 ? all : fit, random)
    }
    return line
}

/** Fields in any order, always those that have statistics. */
function someFields({ fields }: MeterModel, sampled: readonly string[] = [], random: Random): string[] {
    const names = fields.filter(({ hidden }) => !hidden).map(({ name }) => name)
    const shuffled = names.map(name => ({ name, place: sampled.includes(name) ? -1 : random() }))
    const count = randomInteger(random, 1, Math.min(names.length, MOST_FIELDS))
    return shuffled
        .sort((a, b) => a.place - b.place)
        .slice(0, count)
        .map(({ name }) => name)
}
