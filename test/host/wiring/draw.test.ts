import { expect, test } from "vitest"
import schema from "../../../devicescript.schema.json"
import { projectRoot } from "../../../tools/project"
import type { Config, SpiUartConfig, Wiring } from "../../../tools/wiring/config"
import { ConfigError } from "../../../tools/wiring/config-error"
import { wiringOf } from "../../../tools/wiring/read-wiring"
import { drawConfig, drawFactoryConfig } from "../../../tools/wirings/draw"

const SEEDS = 300

const drawn = Array.from({ length: SEEDS }, (_, i) => drawConfig(i + 1))

/** The wiring, or what is wrong with the configuration. */
async function readOf(config: Config): Promise<Wiring | string> {
    try {
        return await wiringOf(config, "device", projectRoot)
    } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        return error.message
    }
}

const read = await Promise.all(drawn.map(readOf))
const accepted = drawn.filter((_, i) => typeof read[i] !== "string")

// If nearly all drawn wirings were refused, a matrix of wirings without panics would prove nothing.
test("at least half of the random wirings are accepted", () => {
    expect(accepted.length).toBeGreaterThanOrEqual(SEEDS / 2)
})

test("refusals name a part of the configuration", () => {
    const refusals = read.filter(result => typeof result === "string")
    expect(refusals.length).toBeGreaterThan(0)
    for (const refusal of refusals)
        expect(refusal).toMatch(/^the configuration has .*\n {2}(board|line|meters|inputs|store)\b/)
})

test("accepted wirings have every speed, parity and number of stop bits of the schema", () => {
    const lines = accepted.map(({ line }) => line as { baud?: number; parity?: string; stopBits?: number })
    const { baud, parity, stopBits } = schema.definitions
    expect(new Set(lines.map(line => line.baud))).toEqual(new Set([undefined, ...baud.enum]))
    expect(new Set(lines.map(line => line.parity))).toEqual(new Set([undefined, ...parity.enum]))
    expect(new Set(lines.map(line => line.stopBits))).toEqual(new Set([undefined, ...stopBits.enum]))
})

test("accepted wirings have meters with some of their fields, with optional ones, and with the default ones", () => {
    const meters = read.flatMap(result => (typeof result === "string" ? [] : result.meters))
    const isOptional = ({ facts }: Wiring["meters"][number], name: string) =>
        facts.fields.find(field => field.name === name)!.optional
    const some = meters.filter(
        ({ fields, facts }) => fields && fields.length < facts.fields.filter(field => !field.hidden).length,
    )
    expect(some.length).toBeGreaterThan(SEEDS / 10)
    expect(some.some(meter => meter.fields!.some(name => isOptional(meter, name)))).toBe(true)
    expect(meters.some(({ fields }) => fields === undefined)).toBe(true)
})

// Findings with a seed stay reproducible.
test("the choice of speed, format and fields leaves the rest of a seed's wiring as it is", () => {
    drawn.forEach((config, i) => {
        expect(unchosen(config), `seed ${i + 1}`).toEqual(unchosen(drawFactoryConfig(i + 1)))
    })
})

/** The parts of a configuration that do not depend on that choice. */
function unchosen({ line, meters, inputs: _, ...rest }: Config): object {
    const { baud, parity, stopBits, ...others } = line as SpiUartConfig
    return { ...rest, line: others, meters: meters.map(({ name, address }) => ({ name, address })) }
}
