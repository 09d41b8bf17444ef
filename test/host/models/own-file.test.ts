import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { readModel, UnknownModelError } from "../../../tools/meters/catalog"
import { generateProfile } from "../../../tools/meters/generate-profile"
import { patternOf } from "../../../tools/meters/resolve-model"
import { projectRoot } from "../../../tools/project"
import { ConfigError } from "../../../tools/wiring/config-error"
import { generateWiring } from "../../../tools/wiring/generate"
import { readWiring, wiringOf } from "../../../tools/wiring/read-wiring"
import { makeProject, type Project } from "../wiring/project"

let project: Project

beforeAll(async () => {
    project = await makeProject({
        "null.json": "null",
        "frameless.json": JSON.stringify({ ...RIGHT, frames: {} }),
        "folder.json/notes.txt": "",
    })
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

test("inherits from files, in any encoding that devicescript.json may have", async () => {
    await writeFile(join(project.root, "base.json"), Buffer.from(`\uFEFF${JSON.stringify(RIGHT)}`, "utf16le"))
    expect(await complaints(`\uFEFF{ "like": "./base.json", "name": "Mine" }`)).toBe("")
    expect(readModel("./my-meter.json", project.root).name).toBe("Mine")
})

test("reports bytes that are not text", async () => {
    await writeFile(join(project.root, "latin.json"), Buffer.from('{\n"name": "Zähler" }', "latin1"))
    expect(() => readModel("./latin.json", project.root)).toThrow(
        "latin.json:2:1: This is not UTF-8. Save it as UTF-8",
    )
})

test("finds a file by its name alone, with capitals", async () => {
    await project.write("My-Meter.json", JSON.stringify(RIGHT))
    const meters = [{ name: "mine", model: " My-Meter.json", address: 9 }]
    await project.write("devicescript.json", JSON.stringify({ line: { driver: "jacdac-serial" }, meters }))
    expect((await readWiring("device", project.root)).meters[0]!.facts.name).toBe("Maker M1")
})

test("counts the registers of settings as the manual does", async () => {
    const settings = { address: { at: 40003, min: 1, max: 247 } }
    expect(await complaints({ ...RIGHT, settings })).toBe("")
    expect(readModel("./my-meter.json", project.root).settings[0]!.at).toBe(2)
})

test("energy is a counter, but not the balance of two counters, which can fall", async () => {
    const { energy } = RIGHT.fields
    const parts = { energy, energy_export: { ...energy, at: 40012 } }
    const balance = { sum: ["energy", "-energy_export"], unit: "kWh" }
    const own = { ...RIGHT, fields: { ...parts, balance } }
    expect(await complaints(own)).toBe("")
    const { fields } = readModel("./my-meter.json", project.root)
    expect(fields.map(({ counter }) => counter)).toEqual([true, true, false])
    expect(
        await complaints({ ...own, fields: { ...parts, balance: { ...balance, counter: true } } }),
    ).toContain(
        'fields.balance.sum[1] = "-energy_export" makes the sum fall, and a counter never falls. Write "counter": false.',
    )
})

test("a sum can drop its sign", async () => {
    const sum = { sum: ["voltage"], unit: "V", sign: "absolute" }
    expect(await complaints({ ...RIGHT, fields: { ...RIGHT.fields, sum } })).toBe("")
    const { functions } = generateProfile(readModel("./my-meter.json", project.root), "own")
    expect(functions.join()).toContain("return Math.abs(u16(replies[0], 0) * 0.1)")
})

test("a scale in a register is a number of decimals, or a code for a factor", async () => {
    const power = { at: 40003, type: "u16", unit: "W" }
    const fields = {
        power: { ...power, scaleFrom: [{ at: 40005, type: "u16", as: "decimals", example: 1 }] },
        power_l1: {
            ...power,
            scaleFrom: [{ at: 40006, type: "u16", as: "codes", codes: { 0: 1, 3: 1000 }, example: 3 }],
        },
    }
    expect(await complaints({ ...RIGHT, fields })).toBe("")
    const { functions } = generateProfile(readModel("./my-meter.json", project.root), "own")
    expect(functions.join()).toContain("u16(registers, at) / powerOfTen(u16(replies[0], 4))")
    expect(functions.join()).toContain("u16(registers, at) * coded(u16(replies[0], 6), [0, 1, 3, 1000])")
})

test("a value that means unavailable can be any number of a type, as its bytes", () => {
    // IEEE 754-2019: a quiet NaN, and 42.
    expect(patternOf("0x7FC00000", "f32")).toBeNaN()
    expect(patternOf("0x42280000", "f32")).toBe(42)
    expect(patternOf("0xFFFF8000", "i32")).toBe(-32768)
})

test("refuses a reading that may need more requests than a row of the field table can tell apart", async () => {
    const part = (i: number) => [`part${i}`, { at: 100 * i, type: "u16", unit: "W", hidden: true }]
    const parts = Object.fromEntries(Array.from({ length: 256 }, (_, i) => part(i)))
    const wired = async (names: string[]) => {
        const fields = { ...parts, power: { sum: names, unit: "W" } }
        expect(await complaints({ ...RIGHT, requests: {}, fields })).toBe("")
        const meters = [{ name: "mine", model: "./my-meter.json", address: 9 }]
        const config = { line: { driver: "jacdac-serial" }, meters } as const
        return generateWiring(await wiringOf(config, "device", project.root), "device")
    }
    const names = Object.keys(parts)
    expect(await wired(names.slice(1))).toContain("replies[254]")
    await expect(wired(names)).rejects.toThrow(
        "meters[0].fields reads 256 registers, but a poll can read 255. Leave some out.",
    )
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
        "a file based on a missing one",
        { like: "./nope.json" },
        'my-meter.json:2:11: like = "./nope.json" does not exist.',
        "or the path of another file from this one's folder.",
    ],
    [
        "a file based on a folder",
        { like: "./meters/../folder.json" },
        'my-meter.json:2:11: like = "./meters/../folder.json" is a folder.',
        "Write one of abb-b21, ",
    ],
    [
        "a base that is not a model",
        { ...RIGHT, like: "./null.json" },
        "null.json:1:1: null must be an object in { }.",
        "The file holds one object in braces.",
    ],
    [
        "a mistake in a base, in that file",
        { like: "./frameless.json", name: "M" },
        "frameless.json:1:",
        "must be a list in [ ]. Write a list of frames.",
    ],
    [
        "fields of another shape, beside a base",
        { like: "sdm630", fields: { power: 52 } },
        "my-meter.json:4:14: fields.power = 52 must be an object in { }.",
        'Write an object such as { "at": 0, "type": "u16"',
    ],
    [
        "text for the fields, beside a base",
        { like: "sdm630", fields: "power" },
        'my-meter.json:3:13: fields = "power" must be an object in { }.',
        'Write an object such as { "voltage": {',
    ],
    [
        "a sum with a frame, but without its fields",
        {
            ...RIGHT,
            fields: { ...RIGHT.fields, power: { sum: ["power_l1", "power_l2"], unit: "W" } },
            frames: [
                { request: "01 03 00 00 00 01 84 0A", reply: "01 03 02 09 01 7F D4", values: { power: 1 } },
            ],
        },
        'fields.power.sum[0] = "power_l1" is not a field of this meter.',
        "Write one of voltage, energy, power.",
    ],
    [
        "a name that JavaScript knows",
        field({ at: undefined, sum: ["constructor"] }),
        'fields.voltage.sum[0] = "constructor" is not a field of this meter.',
        "Write one of voltage.",
    ],
    [
        "a scale register below the first",
        field({ scaleFrom: [{ at: 5, as: "factor" }] }),
        "my-meter.json:23:17: fields.voltage.scaleFrom[0].at = 5 is outside the registers 0 to 65535.",
        "Check requests.countsFrom and the number.",
    ],
    [
        "a scale register that is longer than a request",
        { ...field({ scaleFrom: [{ at: "0x5", type: "u64", as: "factor" }] }), requests: { most: 2 } },
        'fields.voltage.scaleFrom[0].type = "u64" has more registers than the 2 of requests.most.',
        "Write a greater requests.most.",
    ],
    [
        "an identity beyond the last register",
        { ...RIGHT, identity: { at: "0xFFFF", type: "u32", is: ["0x1"] } },
        'my-meter.json:30:11: identity.at = "0xFFFF" is outside the registers 0 to 65535.',
        "Check requests.countsFrom and the number.",
    ],
    [
        "a setting beyond the last register",
        {
            ...RIGHT,
            requests: {},
            fields: field({ at: 1 }).fields,
            settings: { address: { at: 70000, min: 1, max: 9 } },
        },
        "settings.address.at = 70000 is outside the registers 0 to 65535.",
        "Check requests.countsFrom and the number.",
    ],
    [
        "a setting that its register cannot hold",
        { ...RIGHT, settings: { address: { at: 40001, scale: 0.1, min: 1, max: 6554 } } },
        "settings.address.max = 6554 is above 6553.5, the most that its register can hold.",
        "Write a smaller one.",
    ],
    [
        "a negative setting",
        { ...RIGHT, settings: { address: { at: 40001, min: -1, max: 247 } } },
        "settings.address.min = -1 is below 0.",
        "Write 0 or more.",
    ],
    [
        "a setting without a range",
        { ...RIGHT, settings: { address: { at: 40001 } } },
        "settings.address has no range.",
        "Write min and max in the unit, or codes for a choice.",
    ],
    [
        "a setting's reversed range",
        { ...RIGHT, settings: { address: { at: 40001, min: 247, max: 1 } } },
        "settings.address.min = 247 is above max, 1.",
        "Swap them, or correct one.",
    ],
    [
        "scale registers of a sum",
        field({ at: undefined, sum: ["other"], scaleFrom: [{ at: 40001, as: "factor" }] }),
        "fields.voltage.scaleFrom =",
        "is not possible for a sum. Write it in the fields that are added.",
    ],
    [
        "a range with more digits than readings keep, by the decimals of the scale",
        field({ scale: 0.000001, max: 20000000 }),
        "fields.voltage.max = 20000000 has more than the 13 digits that readings keep.",
        "Write one closer to 0, or fewer decimals.",
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
    const message = await complaints(file)
    expect(message).toContain(mistake)
    expect(message.slice(message.indexOf(mistake)).split("\n")[0]).toContain(fix)
})

test("reports a missing file and an unknown model", () => {
    expect(() => readModel("./nowhere.json", project.root)).toThrow(UnknownModelError)
    expect(() => readModel("sdm999", project.root)).toThrow(UnknownModelError)
    expect(() => readModel("./folder.json", project.root)).toThrow("is a folder")
    expect(() => readModel("./null.json/a.json", project.root)).toThrow("does not exist")
    expect(() => readModel("./\0.json", project.root)).toThrow("does not exist")
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
