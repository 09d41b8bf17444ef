import { afterAll, beforeAll, expect, test } from "vitest"
import { readModel, UnknownModelError } from "../../../tools/meters/catalog"
import { projectRoot } from "../../../tools/project"
import { ConfigError } from "../../../tools/wiring/config-error"
import { readWiring } from "../../../tools/wiring/read-wiring"
import { makeProject, type Project } from "../wiring/project"

let project: Project

beforeAll(async () => {
    project = await makeProject()
})

afterAll(() => project.remove())

const RIGHT = {
    name: "Maker M1",
    source: "manual V1.2",
    line: { baud: 9600, format: "8E1" },
    requests: { function: 3, countsFrom: 40001 },
    fields: {
        voltage: { at: 40001, type: "u16", scale: 0.1, unit: "V", min: 80, max: 300, zero: "no" },
        energy: { at: 40010, type: "u32", scale: 0.01, unit: "kWh" },
    },
}

/** The complaint about a file; empty for none. */
async function complaints(file: object | string): Promise<string> {
    await project.write("my-meter.json", typeof file === "string" ? file : JSON.stringify(file, undefined, 2))
    try {
        readModel("./my-meter.json", project.root)
        return ""
    } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        return error.message
    }
}

test("accepts a user's model by its file name", async () => {
    expect(await complaints(RIGHT)).toBe("")
    const meters = [{ name: "mine", model: "./my-meter.json", address: 9 }]
    await project.write("devicescript.json", JSON.stringify({ line: { driver: "jacdac-serial" }, meters }))
    const { baud, parity, meters: wired } = await readWiring("device", project.root)
    expect({ baud, parity }).toEqual({ baud: 9600, parity: "even" })
    expect(wired[0]!.facts.fields.map(({ name, place }) => [name, place?.at])).toEqual([
        ["voltage", 0],
        ["energy", 9],
    ])
})

test("inherits everything that it does not override", async () => {
    expect(await complaints({ like: "sdm630", name: "Mine", source: "a try", fields: { power: null } })).toBe(
        "",
    )
    const names = readModel("./my-meter.json", project.root).fields.map(({ name }) => name)
    expect(names).toContain("power_l3")
    expect(names).not.toContain("power")
})

const field = (more: object) => ({ ...RIGHT, fields: { voltage: { ...RIGHT.fields.voltage, ...more } } })

test.each([
    ["invalid JSON", "{", "my-meter.json:1:2: A } is missing before this", "Close each { with a }."],
    [
        "an unknown type",
        field({ type: "u24" }),
        'my-meter.json:15:15: fields.voltage.type = "u24" is not valid here.',
        "Write one of u8, i8, u16",
    ],
    [
        "an unknown unit",
        field({ unit: "kW" }),
        'my-meter.json:17:15: fields.voltage.unit = "kW" is not valid here. Write one of V, A, W',
        '% or "" for none. A meter in kW: "unit": "W", "scale": 1000.',
    ],
    [
        "a register below the first",
        field({ at: 30001 }),
        "my-meter.json:14:13: fields.voltage.at = 30001 is outside the registers 0 to 65535.",
        "Check requests.countsFrom and the number.",
    ],
    [
        "a reversed range",
        field({ min: 400 }),
        "my-meter.json:18:14: fields.voltage.min = 400 is not below max, 300.",
        "Swap them, or correct one.",
    ],
    [
        "a pattern of the wrong length",
        field({ unavailable: "0xFFFFFFFF" }),
        'my-meter.json:21:22: fields.voltage.unavailable = "0xFFFFFFFF" has 4 bytes, but u16 has 2.',
        "Write all bytes of the value.",
    ],
    [
        "decimals that lose digits",
        field({ decimals: 0 }),
        "my-meter.json:21:19: fields.voltage.decimals = 0 loses digits of the register, which has steps of 0.1 V.",
        "Write 1 or more, or leave it out.",
    ],
    [
        "decimals that lose digits of a number without a unit",
        field({ unit: "", decimals: 0 }),
        "fields.voltage.decimals = 0 loses digits of the register, which has steps of 0.1.",
        "Write 1 or more, or leave it out.",
    ],
    [
        "an end without a counter",
        field({ end: 1000 }),
        "my-meter.json:21:14: fields.voltage.end = 1000 is only for a counter.",
        'Write "counter": true, or remove it.',
    ],
    [
        "a sum of an unknown field",
        field({ at: undefined, sum: ["x"] }),
        'my-meter.json:21:9: fields.voltage.sum[0] = "x" is not a field of this meter.',
        "Write one of voltage.",
    ],
    [
        "a missing line",
        { ...RIGHT, line: undefined },
        "my-meter.json:1:1: line is missing.",
        'Write the factory setting, such as "line": {',
    ],
    [
        "a file based on an unknown model",
        { ...RIGHT, like: "sdm999" },
        'my-meter.json:29:11: like = "sdm999" is not known.',
        "Write one of abb-b21, ",
    ],
    [
        "a file based on itself",
        { ...RIGHT, like: "./my-meter.json" },
        'my-meter.json:29:11: like = "./my-meter.json" is based on this file itself.',
        "Name a model that does not use this one.",
    ],
    [
        "a damaged frame",
        {
            ...RIGHT,
            frames: [
                {
                    request: "01 03 00 00 00 01 84 0B",
                    reply: "01 03 02 09 01 00 00",
                    values: { voltage: 230.5 },
                },
            ],
        },
        "my-meter.json:31:18: frames[0].request has a wrong CRC.",
        "Copy the frame again, or recompute the CRC.",
    ],
])("reports %s with its place and a fix", async (_, file, mistake, fix) => {
    const [, first] = (await complaints(file)).split("\n")
    expect(first).toContain(mistake)
    expect(first).toContain(fix)
})

test("reports a missing file and an unknown model", () => {
    expect(() => readModel("./nowhere.json", project.root)).toThrow(UnknownModelError)
    expect(() => readModel("sdm999", project.root)).toThrow(UnknownModelError)
})

test.each([
    ["PZEM-016", "pzem-016"],
    ["Pzem 004T V4", "pzem-004t-v3"],
    ["SDM630", "sdm630"],
    ["OR-WE-517", "or-we-516"],
    ["MULTICAL 603", "multical-403"],
])("finds %s as %s", (name, id) => {
    expect(readModel(name, projectRoot).id).toBe(id)
})
