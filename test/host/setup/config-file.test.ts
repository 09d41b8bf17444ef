import { parse } from "jsonc-parser"
import { describe, expect, it, test } from "vitest"
import { mergeConfig } from "../../../tools/setup/config-file"

const TEXT = `{
    // the one in the cellar
    "$schema": "./devicescript.schema.json",
    "board": "emon_esp32_devkit_c", // with the adapter
    "line": { "driver": "spi-uart", "de": "P22" },
    "meters": [{ "name": "heatpump", "model": "pzem-016", "address": 1 }], /* wired in May */
    "inputs": { "energy": { "name": "energy_forward", "unit": "kWh" } },
    "pollSeconds": 10
}
`

test("leaves the text alone when nothing changes", () => {
    const same = {
        board: "emon_esp32_devkit_c",
        line: { driver: "spi-uart" },
        meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
    } as const
    expect(mergeConfig(TEXT, same)).toBe(TEXT)
    expect(mergeConfig(TEXT, {})).toBe(TEXT)
})

describe("keeps comments and everything else", () => {
    it("when the board changes", () => {
        const merged = mergeConfig(TEXT, { board: "emon_esp32c3_supermini" })
        expect(merged).toBe(TEXT.replace("emon_esp32_devkit_c", "emon_esp32c3_supermini"))
    })

    it("when the line's driver changes", () => {
        const merged = mergeConfig(TEXT, { line: { driver: "tcp", host: "192.168.1.20" } })
        expect(parse(merged)).toEqual({ ...parse(TEXT), line: { driver: "tcp", host: "192.168.1.20" } })
        for (const comment of ["// the one in the cellar", "// with the adapter", "/* wired in May */"]) {
            expect(merged).toContain(comment)
        }
    })

    it("when a meter of the same name changes", () => {
        const merged = mergeConfig(TEXT, { meters: [{ name: "heatpump", model: "sdm120", address: 7 }] })
        expect(merged).toBe(TEXT.replace('"pzem-016", "address": 1', '"sdm120", "address": 7'))
    })

    it("when a meter is added, including extra entries of the existing one", () => {
        const text = TEXT.replace('"address": 1 }', '"address": 1, "fields": ["power"] }')
        const merged = mergeConfig(text, {
            meters: [
                { name: "house", model: "sdm120", address: 2 },
                { name: "heatpump", model: "pzem-016", address: 1 },
            ],
        })
        expect(parse(merged).meters).toEqual([
            { name: "house", model: "sdm120", address: 2 },
            { name: "heatpump", model: "pzem-016", address: 1, fields: ["power"] },
        ])
        expect(merged).toContain("// the one in the cellar")
        expect(parse(merged).inputs).toEqual(parse(text).inputs)
    })
})

test("writes a complete configuration into an empty file", () => {
    const whole = {
        board: "b",
        line: { driver: "spi-uart" },
        meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
    } as const
    expect(parse(mergeConfig("", whole))).toEqual(whole)
})

test("keeps Windows line endings", () => {
    const merged = mergeConfig(TEXT.replaceAll("\n", "\r\n"), { line: { driver: "tcp", host: "h" } })
    expect(merged.replaceAll("\r\n", "")).not.toContain("\n")
})
