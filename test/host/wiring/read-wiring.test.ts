import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { readModel } from "../../../tools/meters/catalog"
import { ConfigError } from "../../../tools/wiring/config-error"
import { generateWiring } from "../../../tools/wiring/generate"
import { readWiring } from "../../../tools/wiring/read-wiring"
import { makeProject, type Project } from "./project"

let project: Project

beforeAll(async () => {
    project = await makeProject()
})

afterAll(() => project.remove())

const meter = '{ "name": "heatpump", "model": "pzem-016", "address": 1 }'
const line = '{ "driver": "jacdac-serial" }'

/** The messages to the owner about a text, line by line. */
async function complaints(text: string, target: "device" | "simulator" = "device"): Promise<string[]> {
    await project.write("devicescript.json", text)
    try {
        await readWiring(target, project.root)
    } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        expect(error.file).toBe("devicescript.json")
        return error.message
            .split("\n")
            .slice(1)
            .map(text => text.trim())
    }
    return []
}

const withMeters = (...meters: string[]) => `{ "line": ${line}, "meters": [${meters.join(", ")}] }`
const withLine = (line: string, more = "") => `{ ${more}"line": ${line}, "meters": [${meter}] }`

describe("reports text that is not JSON", () => {
    test.each([
        [
            "a comma too many",
            `{\n  "line": ${line},\n  "meters": [${meter}],\n}`,
            'devicescript.json:4:1: This should be a name in quotes. Put names in double quotes ("), and no comma after the last entry.',
        ],
        [
            "a comma too few",
            `{\n  "line": ${line}\n  "meters": [${meter}]\n}`,
            "devicescript.json:3:3: A comma is missing before this. Put a comma between one entry and the next.",
        ],
        [
            "a comment",
            `{\n  // mine\n  "line": ${line},\n  "meters": [${meter}] }`,
            "devicescript.json:2:3: This is a comment, which JSON does not allow. Remove it.",
        ],
        [
            "a brace too few",
            `{ "line": ${line}, "meters": [${meter}]`,
            "A } is missing before this. Close each { with a }.",
        ],
        ["single quotes", `{ 'line': ${line} }`, "devicescript.json:1:3: This is not JSON."],
        ["nothing at all", "", "This should be a value."],
    ])("%s", async (_, text, expected) => {
        expect((await complaints(text)).join("\n")).toContain(expected)
    })
})

describe("checks by the schema", () => {
    test.each([
        [`{ "meters": [${meter}] }`, "line is missing. Write an object such as"],
        [`{ "line": ${line} }`, "meters is missing. Write a list of 1 to 10 meters"],
        [withMeters(), "devicescript.json:1:52: meters = [] is empty. Write a list of 1 to 10 meters"],
        [
            withLine('{ "driver": "uart" }'),
            'line.driver = "uart" is not known. Write one of spi-uart, sc16is7xx, jacdac-serial, tcp.',
        ],
        [withLine("{}"), "line.driver is missing. Write one of spi-uart"],
        [withLine('"spi-uart"'), 'line = "spi-uart" must be an object in { }.'],
        [
            withLine('{ "driver": "jacdac-serial", "baud": 9700 }'),
            "line.baud = 9700 is not one of 1200, 2400, 4800, 9600, 19200, 38400. Leave it out",
        ],
        [
            withLine('{ "driver": "jacdac-serial", "baudrate": 9600 }'),
            "line.baudrate = 9600 is not known. Remove it, or write one of driver, baud, parity, stopBits, timeoutMs, pauseMs.",
        ],
        [
            withLine('{ "driver": "tcp", "host": "http://gate" }'),
            'line.host = "http://gate" is not valid here. Write the gateway\'s name or IPv4 address, without http://',
        ],
        [
            withLine('{ "driver": "tcp", "host": "gate", "baud": 9600 }'),
            "line.baud = 9600 is not known. Remove it, or write one of driver, host, port, mode, timeoutMs, pauseMs, connectDelayMs.",
        ],
        [withLine('{ "driver": "tcp" }'), "line.host is missing. Write the gateway's name"],
        [
            withLine('{ "driver": "sc16is7xx", "i2cAddress": "0x20" }'),
            'line.i2cAddress = "0x20" is not valid here. Write an address from "0x48" to "0x57"',
        ],
        [
            withLine(line, '"store": { "driver": "sd-card" }, '),
            'store.driver = "sd-card" is not known. Write one of settings, fram, eeprom.',
        ],
        [
            withLine(line, '"store": { "driver": "fram", "i2cAddress": "0x4d" }, '),
            'store.i2cAddress = "0x4d" is not valid here. Write an address from "0x50" to "0x57"',
        ],
        [
            withLine(line, '"store": { "driver": "eeprom", "kilobytes": 256 }, '),
            "store.kilobytes = 256 is not valid here. Write 4, 8, 16 or 32: an eighth",
        ],
        [
            withLine(line, '"store": { "driver": "fram", "pageBytes": 64 }, '),
            "store.pageBytes = 64 is not known. Remove it, or write one of driver, i2cAddress, kilobytes.",
        ],
        [
            withLine(line, '"services": "no", '),
            'services = "no" must be true or false. Write true or false without quotes.',
        ],
        [
            withMeters('{ "name": "heat pump", "model": "pzem-016", "address": 1 }'),
            'meters[0].name = "heat pump" is not valid here. Write 1 to 16 letters',
        ],
        [
            withMeters('{ "name": "a", "model": "pzem16", "address": 1 }'),
            'meters[0].model = "pzem16" is not known. Write one of abb-b21, ',
        ],
        [
            withMeters('{ "name": "a", "model": "pzem-016", "address": 248 }'),
            "meters[0].address = 248 is above 247. Write a whole number from 1 to 247.",
        ],
        [
            withMeters('{ "name": "a", "model": "pzem-016", "address": "1" }'),
            'meters[0].address = "1" must be a whole number without quotes.',
        ],
        [
            withMeters('{ "name": "a", "model": "pzem-016" }'),
            "meters[0].address is missing. Write a whole number from 1 to 247.",
        ],
        [
            withLine(line, '"pollSeconds": 0.5, '),
            "pollSeconds = 0.5 must be a whole number without quotes. Write a whole number of seconds from 1 to 3600.",
        ],
        [withLine(line, '"pollSeconds": 0, '), "pollSeconds = 0 is below 1."],
        [
            withLine(line, '"inputs": { "energy": {} }, '),
            "inputs.energy = {} is empty. Write an object with name",
        ],
    ])("%s", async (text, expected) => {
        const said = await complaints(text)
        expect(said.join("\n")).toContain(expected)
        expect(said).toHaveLength(1)
    })

    test("report several mistakes at once, each with its place", async () => {
        const text = `{\n  "line": {\n    "driver": "spi-uart",\n    "baud": 1\n  },\n  "meters": [\n    {\n      "name": "",\n      "model": "x"\n    }\n  ],\n  "poll": 3\n}`
        expect(await complaints(text)).toEqual([
            expect.stringMatching(/^devicescript.json:4:13: line.baud = 1 is not one of/),
            expect.stringMatching(/^devicescript.json:7:5: meters\[0\].address is missing/),
            expect.stringMatching(/^devicescript.json:8:15: meters\[0\].name = "" is not valid/),
            expect.stringMatching(/^devicescript.json:9:16: meters\[0\].model = "x" is not known/),
            expect.stringMatching(/^devicescript.json:12:11: poll = 3 is not known/),
        ])
    })
})

describe("checks beyond the schema", () => {
    const other = (name: string, model: string, address: number) =>
        `{ "name": "${name}", "model": "${model}", "address": ${address} }`

    test.each([
        [
            withMeters(meter, other("HeatPump", "pzem-016", 2)),
            'meters[1].name = "HeatPump" is also the name of meters[0]. Give each meter its own name',
        ],
        [
            withMeters(meter, other("solar", "pzem-016", 1)),
            "meters[1].address = 1 is also the address of heatpump. Give each meter on the line its own address",
        ],
        [
            withMeters(meter, other("solar", "sdm120", 2)),
            "line.baud is missing, and the meters have different factory speeds (heatpump 9600, solar 2400). " +
                "Set all meters to the same speed and write it here; 9600 suits all of them.",
        ],
        [
            withLine('{ "driver": "jacdac-serial", "baud": 2400 }'),
            'meters[0].model = "pzem-016" cannot work at the 2400 bit/s of line.baud, only at 9600. Write 9600',
        ],
        [
            `{ "line": { "driver": "jacdac-serial", "stopBits": 1 }, "meters": [${other("pv", "pzem-017", 1)}] }`,
            "line.stopBits = 1 is too few for pv. Write 2, or leave it out.",
        ],
        [
            withLine('{ "driver": "spi-uart" }'),
            "board is missing, and spi-uart uses its pins. Write one of emon_esp32_devkit_c",
        ],
        [
            withLine(line, '"store": { "driver": "fram" }, '),
            "board is missing, and fram uses its pins. Write one of emon_esp32_devkit_c",
        ],
        [
            withLine(
                '{ "driver": "sc16is7xx", "i2cAddress": "0x50" }',
                '"board": "emon_esp32_devkit_c", "store": { "driver": "eeprom" }, ',
            ),
            'store.i2cAddress = "0x50" is also the address of the sc16is7xx. Set one of the two chips to another',
        ],
        [
            withLine(line, '"board": "esp32", '),
            'board = "esp32" is not known. Write one of emon_esp32_devkit_c, emon_esp32c3_supermini',
        ],
        [
            withLine('{ "driver": "spi-uart", "mosi": "P17" }', '"board": "emon_esp32_devkit_c", '),
            'line.mosi = "P17" is not a free pin of emon_esp32_devkit_c. Write one of P4, P13',
        ],
        [
            withLine('{ "driver": "spi-uart", "mosi": "P21" }', '"board": "emon_esp32_devkit_c", '),
            'line.mosi = "P21" is not a free pin of emon_esp32_devkit_c.',
        ],
        [
            withLine('{ "driver": "spi-uart", "miso": "P23" }', '"board": "emon_esp32_devkit_c", '),
            'line.miso = "P23" is the same pin as line.mosi. Wire each signal to its own pin.',
        ],
        [
            withMeters(other("a", "./mine.json", 1)),
            'meters[0].model = "./mine.json" does not exist. Write one of abb-b21, ',
        ],
        [
            withMeters(other("a", "sdm630", 1), other("b", "or-we-516", 2)),
            "line.parity is missing, and the meters have different factory settings (a 8N1, b 8E1). Set all meters to the same parity and write it here; even suits all of them.",
        ],
        [
            `{ "line": { "driver": "jacdac-serial", "parity": "none" }, "meters": [${other("a", "pzem-016", 1)}, ${other("b", "iem3155", 2)}] }`,
            "line.baud is missing, and the meters have different factory speeds (a 9600, b 19200). Set all meters to the same speed and write it here; 9600 suits all of them.",
        ],
        [
            `{ "line": { "driver": "jacdac-serial", "parity": "even" }, "meters": [${meter}] }`,
            'meters[0].model = "pzem-016" cannot work with the parity even of line.parity, only as 8N1.',
        ],
        [
            withMeters('{ "name": "a", "model": "sdm630", "address": 1, "fields": ["power", "pover"] }'),
            'meters[0].fields[1] = "pover" is not a field of sdm630. Write one of voltage_l1, ',
        ],
        [
            withLine(line, '"inputs": { "enrgy": { "unit": "Wh" } }, '),
            "inputs.enrgy is not a field of any meter here. Write one of voltage, current, power, energy, frequency, power_factor, alarm.",
        ],
        [
            withLine(line, '"inputs": { "energy": { "name": "power" } }, '),
            'inputs.energy.name = "power" is also the input of power. Give each field its own input.',
        ],
        [
            withLine(line, '"inputs": { "power": { "unit": "kWh" } }, '),
            'inputs.power.unit = "kWh" is a unit of energy, but power is in W. Remove it.',
        ],
        [
            withMeters('{ "name": "a", "model": "sdm120", "address": 1, "statistics": ["power", "pover"] }'),
            'meters[0].statistics[1] = "pover" is not in the readings of sdm120. Write one of voltage, current, power, ',
        ],
        [
            withMeters(
                '{ "name": "a", "model": "sdm120", "address": 1, "fields": ["voltage", "energy"], "statistics": ["power"] }',
            ),
            'meters[0].statistics[0] = "power" is not in the readings of sdm120. Write one of voltage.',
        ],
        [
            withMeters(
                '{ "name": "a", "model": "pzem-016", "address": 1, "statistics": ["power", "power"] }',
            ),
            'meters[0].statistics[1] = "power" appears twice. Remove one.',
        ],
        [
            withMeters('{ "name": "a", "model": "pzem-016", "address": 1, "statistics": ["energy"] }'),
            'meters[0].statistics[0] = "energy" is a counter, which needs no statistics. Write one of voltage, current, power, frequency, power_factor, alarm.',
        ],
        [
            `{ "line": ${line}, "pollSeconds": 1, "meters": [{ "name": "a", "model": "pzem-016", "address": 1, "statistics": ["power"] }] }`,
            "meters[0].statistics needs several polls for each reading, but pollSeconds is 1. Write a pollSeconds of 2 or more, or remove it.",
        ],
        [
            withMeters(
                '{ "name": "a", "model": "sdm630", "address": 1, "statistics": ["voltage_l1", "voltage_l2", "voltage_l3", "power_l1", "power_l2", "power_l3", "power"] }',
            ),
            'meters[0].statistics makes readings of 34 fields, but a reading can have 31. Leave some out, here or in "fields".',
        ],
        [
            `{ "line": ${line}, "meters": [${'{ "name": "a", "model": "pzem-016", "address": 1, "statistics": ["power"] }'}], "inputs": { "voltage": { "name": "power_max" } } }`,
            'inputs.voltage.name = "power_max" is also the input of power_max. Give each field its own input.',
        ],
    ])("%s", async (text, expected) => {
        const said = await complaints(text)
        expect(said.join("\n")).toContain(expected)
        expect(said).toHaveLength(1)
    })

    test("refuse a statistic with the name of a field of the model", async () => {
        await project.write(
            "peak.json",
            JSON.stringify({
                name: "Maker P",
                source: "made up",
                line: { baud: 9600, format: "8N1", address: 1 },
                requests: { function: 4, most: 10, gap: 0 },
                fields: {
                    power: { at: "0x0000", type: "u16", unit: "W" },
                    power_max: { at: "0x0001", type: "u16", unit: "W" },
                },
            }),
        )
        const own = '{ "name": "a", "model": "./peak.json", "address": 1, "statistics": ["power"] }'
        expect((await complaints(withMeters(own))).join("\n")).toContain(
            'meters[0].statistics makes the field power_max, which ./peak.json already has. Leave that one out of "fields".',
        )
    })

    test("accept statistics as inputs after the fields, with decimals and own names", async () => {
        await project.write(
            "devicescript.json",
            withMeters(
                '{ "name": "heat", "model": "pzem-016", "address": 1, "statistics": ["power", "current"] }',
                '{ "name": "pv", "model": "pzem-016", "address": 2 }',
            ).replace(/\}$/, ', "inputs": { "power_mean": { "name": "mean" } } }'),
        )
        const { uploaded } = await readWiring("device", project.root)
        expect(uploaded[0]!.slice(7)).toEqual([
            { name: "current_mean", scale: 3 },
            { name: "current_min", scale: 3 },
            { name: "current_max", scale: 3 },
            { name: "mean", scale: 1 },
            { name: "power_min", scale: 1 },
            { name: "power_max", scale: 1 },
        ])
        expect(uploaded[1]).toHaveLength(7)
    })

    test("allow inputs to swap their names", async () => {
        const swap = '"inputs": { "energy": { "name": "power" }, "power": { "name": "energy" } }, '
        expect(await complaints(withLine(line, swap))).toEqual([])
    })

    test("refuse an unavailable driver for the device, and replace it in the simulator", async () => {
        const small = await makeProject()
        const { rm } = await import("node:fs/promises")
        await rm(`${small.root}/src/line/ports/tcp-serial.ts`)
        await small.write("devicescript.json", withLine('{ "driver": "tcp", "host": "gate" }'))
        await expect(readWiring("device", small.root)).rejects.toThrow(
            'line.driver = "tcp" is not available in this version. Available: spi-uart, sc16is7xx, jacdac-serial.',
        )
        const source = generateWiring(await readWiring("simulator", small.root), "simulator")
        expect(source).toContain("return new JacdacSerial(")
        expect(source).not.toContain("tcp-serial")
        await small.remove()
    })

    test("report a missing file", async () => {
        const empty = await makeProject()
        await expect(readWiring("device", empty.root)).rejects.toThrow("The file is missing.")
        await empty.remove()
    })
})

describe("a valid file", () => {
    test("gets defaults for everything it leaves out", async () => {
        await project.write("devicescript.json", withLine(line))
        const facts = readModel("pzem-016", project.root)
        expect(await readWiring("device", project.root)).toEqual({
            line: { driver: "jacdac-serial" },
            baud: 9600,
            parity: "none",
            stopBits: 1,
            meters: [{ name: "heatpump", model: "pzem-016", address: 1, facts }],
            pollSeconds: 10,
            uploadSeconds: 30,
            inputs: [],
            store: { driver: "settings" },
            services: true,
            compression: true,
            uploaded: [
                [
                    { name: "voltage", scale: 1 },
                    { name: "current", scale: 3 },
                    { name: "power", scale: 1 },
                    { name: "energy", scale: 0 },
                    { name: "frequency", scale: 1 },
                    { name: "power_factor", scale: 2 },
                    { name: "alarm", scale: 0 },
                ],
            ],
        })
    })

    test("gives a memory chip the most common size and address", async () => {
        const board = '"board": "emon_esp32_devkit_c", '
        const store = async (text: string) => {
            await project.write("devicescript.json", withLine(line, `${board}"store": ${text}, `))
            return (await readWiring("device", project.root)).store
        }
        expect(await store('{ "driver": "fram" }')).toEqual({
            driver: "fram",
            i2cAddress: 0x50,
            kilobytes: 32,
        })
        expect(await store('{ "driver": "eeprom", "i2cAddress": "0x51", "pageBytes": 32 }')).toEqual({
            driver: "eeprom",
            i2cAddress: 0x51,
            kilobytes: 32,
            pageBytes: 32,
        })
    })

    test("can leave services out of the program", async () => {
        await project.write("devicescript.json", withLine(line, '"services": false, '))
        expect((await readWiring("simulator", project.root)).services).toBe(false)
    })

    test("can name a pin by its board label or by its purpose", async () => {
        const board = '"board": "emon_esp32c3_supermini", '
        const wiring = async (line: string) => {
            await project.write("devicescript.json", withLine(line, board))
            return (await readWiring("device", project.root)).line
        }
        const expected = {
            driver: "spi-uart",
            board: "emon_esp32c3_supermini",
            mosi: "RS485_TXD",
            miso: "RS485_RXD",
            de: "RS485_DE",
        }
        expect(await wiring('{ "driver": "spi-uart", "de": "RS485_DE" }')).toEqual(expected)
        expect(await wiring('{ "driver": "spi-uart", "mosi": "P10", "miso": "P20", "de": "P5" }')).toEqual(
            expected,
        )
    })

    test("gets the stop bits of the meter that needs most", async () => {
        await project.write(
            "devicescript.json",
            withMeters(meter, '{ "name": "pv", "model": "pzem-017", "address": 2 }'),
        )
        expect((await readWiring("device", project.root)).stopBits).toBe(2)
    })
})

describe("the encoding of the file", () => {
    const text = withMeters(meter)

    test.each([
        ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${text}`)],
        ["UTF-16", Buffer.from(`\ufeff${text}`, "utf16le")],
        ["big-endian UTF-16", Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
    ])("can be %s", async (_, bytes) => {
        await writeFile(join(project.root, "devicescript.json"), bytes)
        expect((await readWiring("device", project.root)).meters[0]!.name).toBe("heatpump")
    })

    test("gives one mistake, with its line, if it is latin-1", async () => {
        const bytes = Buffer.from(`{\n"line": ${line},\n"inputs": { "Käse": {} } }`, "latin1")
        await writeFile(join(project.root, "devicescript.json"), bytes)
        await expect(readWiring("device", project.root)).rejects.toThrow(
            "devicescript.json:3:1: This is not UTF-8.",
        )
    })
})

describe("one mistake gives one message", () => {
    test.each([
        [`{ "line": ${line}, "meters": [${meter}], "meters": [] }`, "meters appears twice."],
        [
            withMeters('{ "name": "a", "model": "pzem-016", "address": 1, "address": 2 }'),
            "meters[0].address appears twice.",
        ],
        [`{ "line" ${line}, meters: [${meter}] `, "A colon is missing before this."],
        [`{ 'line': ${line}, 'meters': [${meter}] }`, "This is not JSON."],
        [withMeters("5"), "meters[0] = 5 must be an object in { }."],
        [withMeters('{ "name": "a", "model": 16, "address": 1 }'), "meters[0].model = 16"],
    ])("%s", async (text, expected) => {
        const said = await complaints(text)
        expect(said).toHaveLength(1)
        expect(said[0]).toContain(expected)
    })
})

test("reads models and drivers in upper and lower case", async () => {
    await project.write(
        "devicescript.json",
        '{ "line": { "driver": "Jacdac-Serial" }, "meters": [{ "name": "A", "model": " PZEM-016", "address": 1 }] }',
    )
    const wiring = await readWiring("device", project.root)
    expect(wiring.line.driver).toBe("jacdac-serial")
    expect(wiring.meters[0]).toMatchObject({ name: "A", model: "pzem-016" })
})

describe("inputs that clash in EmonCMS", () => {
    const two = (inputs: string, first = "a", second = "a_b") =>
        `{ "line": ${line}, "inputs": { ${inputs} }, "meters": [` +
        `{ "name": "${first}", "model": "pzem-016", "address": 1 }, { "name": "${second}", "model": "pzem-016", "address": 2 }] }`

    test.each([
        [two('"energy": { "name": "b_voltage" }'), "makes the input a_b_voltage, which a also uses."],
        [two("", "health", "b").replace('"inputs": {  }, ', "").replace('"energy"', ""), undefined],
        [
            `{ "line": ${line}, "inputs": { "energy": { "name": "health_uptime" } }, "meters": [${meter}] }`,
            "makes the input health_uptime, which the device itself also uses.",
        ],
        [
            two(`"energy": { "name": "${"n".repeat(58)}" }`, "heatpump", "solar"),
            "which is longer than 64 characters.",
        ],
    ])("%s", async (text, expected) => {
        const said = await complaints(text)
        if (expected === undefined) return expect(said).toEqual([])
        expect(said).toHaveLength(1)
        expect(said[0]).toContain(expected)
    })
})
