import { describe, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import type { Config } from "../../../tools/wiring/config"
import { ConfigError } from "../../../tools/wiring/config-error"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { inputSetMistakes } from "../../../tools/wiring/input-sets"
import { wiringOf } from "../../../tools/wiring/read-wiring"

async function fieldsOf(config: Config): Promise<Record<string, number>> {
    const { uploaded } = await wiringOf(config, "device", projectRoot)
    return Object.fromEntries(uploaded[0]!.map(({ name, scale }) => [name, scale]))
}

async function complaints(config: Config): Promise<string[]> {
    try {
        await wiringOf(config, "device", projectRoot)
        return []
    } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        return error.mistakes.map(({ path, problem }) => `${path} ${problem}`)
    }
}

function pzem(name: string, address = 1): Config["meters"][number] {
    return { name, model: "pzem-016", address }
}

describe("the uploaded inputs of a meter", () => {
    test("have the names and decimals of its fields, and energy in whole Wh", async () => {
        expect(await fieldsOf(defaultConfig)).toEqual({
            voltage: 1,
            current: 3,
            power: 1,
            energy: 0,
            frequency: 1,
            power_factor: 2,
            alarm: 0,
        })
    })

    test("can continue the feeds of the original script", async () => {
        const inputs = {
            energy: { name: "energy_forward", unit: "kWh" },
            power: { name: "P total" },
        } as const
        expect(await fieldsOf({ ...defaultConfig, inputs })).toMatchObject({
            energy_forward: 3,
            "P total": 1,
        })
    })
})

describe("inputs are refused", () => {
    test("if EmonCMS would cut them with the meter's name in front", async () => {
        const inputs = { power: { name: "p".repeat(60) } }
        expect(await complaints({ ...defaultConfig, inputs })).toEqual([])
        const meters = [pzem("boiler"), pzem("a", 2)]
        expect(await complaints({ ...defaultConfig, meters, inputs })).toEqual([
            `meters[0].name makes the input boiler_${"p".repeat(60)}, which is longer than 64 characters`,
        ])
    })

    test("if two meters would share them", async () => {
        const meters = [pzem("house"), pzem("house_b", 2)]
        const inputs = { power: { name: "b_v" }, voltage: { name: "v" } }
        expect(await complaints({ ...defaultConfig, meters, inputs })).toEqual([
            "meters[1].name makes the input house_b_v, which house also uses",
        ])
    })

    test("if the device itself uses them", async () => {
        const inputs = { power: { name: "health_queue" } }
        expect(await complaints({ ...defaultConfig, inputs })).toEqual([
            "meters[0].name makes the input health_queue, which the device itself also uses",
        ])
    })

    test("if they make a reading longer than a request", async () => {
        const wiring = await wiringOf(defaultConfig, "device", projectRoot)
        const fields = (count: number) =>
            Array.from({ length: count }, (_, i) => ({ name: `${i}`.padEnd(64, "x"), scale: 0 }))
        expect(inputSetMistakes({ ...wiring, uploaded: [fields(11)] })).toEqual([])
        const [mistake] = inputSetMistakes({ ...wiring, uploaded: [fields(12)] })
        expect(mistake).toMatchObject({ path: "meters[0]" })
        expect(mistake!.problem).toMatch(/^has readings of up to \d+ bytes, but a request has room for \d+$/)
    })
})
