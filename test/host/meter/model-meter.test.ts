import { expect, test } from "vitest"
import { sleep } from "../../../sim/clock"
import type { MeterModel, ModelField, RegisterType } from "../../../sim/meter/meter-model"
import { ModelMeter } from "../../../sim/meter/model-meter"
import { readModel } from "../../../tools/meters/catalog"
import { projectRoot } from "../../../tools/project"
import { ask, stillClock, words } from "./asking"

function field(name: string, at: number, type: RegisterType, more: Partial<ModelField> = {}): ModelField {
    return {
        name,
        unit: "",
        place: { function: 3, at, type, byte: "low" },
        scale: 1,
        scaleFrom: [],
        decimals: 0,
        zero: "yes",
        counter: false,
        optional: false,
        hidden: false,
        ...more,
    }
}

/** 230 V, and water that comes at 45 °C and goes at -5 °C. */
const load = () => ({
    voltage: 230,
    current: 1,
    power: 230,
    frequency: 50,
    heat: { power: 1000, flow: 100, flowTemperature: 45, returnTemperature: -5 },
})

function meterWith(...fields: ModelField[]) {
    const clock = stillClock()
    const requests = { function: 3, most: 10, gap: 0 } as const
    const model: MeterModel = { ...readModel("sdm120", projectRoot), requests, fields }
    return { clock, meter: new ModelMeter(model, { clock, address: 1, load }) }
}

test.each([
    ["decimals", 2, {}, 23_000],
    ["codes", 7, { 7: 0.1 }, 2300],
    ["factor", 10, {}, 23],
] as const)("scales by a register with %s", (as, example, codes, shown) => {
    const scale = { function: 3, at: 1, type: "u16", byte: "low", as, scale: 1, codes, example } as const
    const { meter } = meterWith(field("voltage", 0, "u16", { scaleFrom: [scale] }))
    expect(words(ask(meter, "01 03 00 00 00 02"))).toEqual([shown, example])
})

test("puts two values into the halves of a register", () => {
    const { meter } = meterWith(
        field("flow_temperature", 0, "u8", { place: { function: 3, at: 0, type: "u8", byte: "high" } }),
        field("return_temperature", 0, "i8"),
    )
    expect(ask(meter, "01 03 00 00 00 01")).toBe("01 03 02 2D FB")
})

test("lets an unknown quantity go up and down across its range within an hour", async () => {
    const { clock, meter } = meterWith(field("humidity", 0, "u16", { min: 10, max: 30 }))
    const seen: number[] = []
    for (let quarter = 0; quarter <= 4; quarter++) {
        seen.push(...words(ask(meter, "01 03 00 00 00 01")))
        await sleep(clock, 900_000)
    }
    expect(seen).toEqual([10, 20, 30, 20, 10])
})
