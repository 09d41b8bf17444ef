import fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { Cell, Flag } from "../../../src/line/meters/row"
import { readModel } from "../../../tools/meters/catalog"
import { generateFields } from "../../../tools/meters/generate-profile"
import { ConfigError } from "../../../tools/wiring/config-error"
import { makeProject, type Project } from "../wiring/project"

let project: Project

beforeAll(async () => {
    project = await makeProject()
})

afterAll(() => project.remove())

interface Field {
    scale: number
    unit: string
    decimals?: number
}

/** The row of a field in an owner's own model. */
async function rowOf(field: Field): Promise<DataView> {
    const fields = { value: { at: 0, type: "u32", ...field } }
    const file = { name: "Maker M1", source: "a try", line: { baud: 9600 }, fields }
    await project.write("my-meter.json", JSON.stringify(file))
    const model = readModel("./my-meter.json", project.root)
    const { table } = generateFields(model, "own", model.fields, [{ function: 4, start: 0, count: 2 }])
    return new DataView(Uint8Array.from(table).buffer)
}

/** A positive decimal number as a fraction of whole numbers, from its digits. */
function fractionOf(value: number): [bigint, bigint] {
    const [, whole, digits = "", exponent = "0"] = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value))!
    const power = Number(exponent) - digits.length
    const numerator = BigInt(whole! + digits)
    return power < 0 ? [numerator, 10n ** BigInt(-power)] : [numerator * 10n ** BigInt(power), 1n]
}

/** Scales as manuals give them: decimal fractions, units of other systems, and quotients. */
const anyScale = fc.oneof(
    fc
        .tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 9 }))
        .map(([n, d]) => Number(`${n}e-${d}`)),
    fc.constantFrom(0.2777777778, 3.6, 1 / 3, 0.0000001, 0.123456789, 1e-7, 1000, 1e6),
    fc.double({ min: 1e-9, max: 1000, noNaN: true }),
)

const anyField = fc.record(
    {
        scale: anyScale,
        unit: fc.constantFrom("V", "A", "W", "Hz", "kWh", "°C", "m3", ""),
        decimals: fc.integer({ min: 0, max: 6 }),
    },
    { requiredKeys: ["scale", "unit"] },
)

test("a reading is the register times the scale, rounded to the field's decimals, whatever scale configure accepts", async () => {
    await fc.assert(
        fc.asyncProperty(anyField, fc.integer({ min: 0, max: 0xffffffff }), async (field, register) => {
            const row = await rowOf(field).catch((error: unknown) => {
                if (!(error instanceof ConfigError)) throw error
                expect(error.message).toContain("loses digits")
                expect(field.decimals).toBeDefined()
            })
            if (!row) return
            const format = row.getUint8(Cell.Format)
            const decimals = format & 7
            expect(decimals).toBe(field.decimals ?? decimals)
            expect(Boolean(format & Flag.Counter)).toBe(["kWh", "m3"].includes(field.unit))
            const integer = BigInt(Math.round(register * row.getFloat64(Cell.Factor, true)))
            const [numerator, denominator] = fractionOf(field.scale)
            const exact = numerator * BigInt(register) * 10n ** BigInt(decimals)
            const error = 2n * (integer * denominator - exact)
            // A float has 14 exact digits, which decide where the exact value is halfway between two.
            expect(error < 0n ? -error : error).toBeLessThanOrEqual(denominator + exact / 10n ** 13n)
        }),
        { numRuns: 300 },
    )
})

test.each([
    [{ scale: 0.2777777778, unit: "W" }, 1],
    [{ scale: 0.2777777778, unit: "W", decimals: 3 }, 3],
    [{ scale: 0.12345678, unit: "A" }, 3],
    [{ scale: 0.0000001, unit: "kWh" }, 3],
    [{ scale: 0.000001, unit: "kWh" }, 6],
    [{ scale: 0.001, unit: "V" }, 3],
    [{ scale: 1000, unit: "W" }, 0],
])("%o has %i decimals", async (field, decimals) => {
    expect((await rowOf(field)).getUint8(Cell.Format) & 7).toBe(decimals)
})

test("a field with more decimals than its row can hold is refused", () => {
    const model = readModel("pzem-016", project.root)
    const fields = model.fields.slice(0, 1).map(field => ({ ...field, decimals: 8 }))
    const request = { function: 4, start: 0, count: 10 } as const
    expect(() => generateFields(model, "own", fields, [request])).toThrow("has room for 0 to 6, not for 8")
})
