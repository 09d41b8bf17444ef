import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { parseSettings } from "../../../tools/settings/parse-settings"
import { mergeEnv, shownChanges } from "../../../tools/setup/env-file"

function merge(text: string, settings: Record<string, string>): string {
    return mergeEnv(text, new Map(Object.entries(settings)))
}

test("writes a line for each setting into a new file", () => {
    expect(merge("", { EMON_URL: "http://pi/emoncms", EMON_NODE: "house" })).toBe(
        "EMON_URL=http://pi/emoncms\nEMON_NODE=house\n",
    )
})

test("keeps comments, other settings, order and line endings", () => {
    const text = "# mine\r\nLOG_LEVEL=3\r\n\r\nEMON_NODE=old\r\n# the end\r\n"
    expect(merge(text, { EMON_NODE: "new", EMON_URL: "http://pi" })).toBe(
        "# mine\r\nLOG_LEVEL=3\r\n\r\nEMON_NODE=new\r\n# the end\r\nEMON_URL=http://pi\r\n",
    )
})

test("keeps the spelling of unchanged values, and a missing line ending at the end", () => {
    const text = 'WIFI_PWD="12345678"\nEMON_NODE=house'
    expect(merge(text, { WIFI_PWD: "12345678", EMON_NODE: "house" })).toBe(text)
})

describe("any WPA password", () => {
    it("is read back unchanged, and a second merge changes nothing", () => {
        const password = fc.string({ unit: "grapheme-ascii", minLength: 8, maxLength: 63 })
        fc.assert(
            fc.property(password, fc.boolean(), (secret, isThere) => {
                const before = isThere ? "LOG_LEVEL=1\nWIFI_PWD=before it\nLOG_HOURS=2\n" : ""
                const after = merge(before, { WIFI_PWD: secret })
                const { settings, errors } = parseSettings(after, "x")
                expect(errors).toEqual([])
                expect(settings.get("WIFI_PWD")).toBe(secret)
                expect(merge(after, { WIFI_PWD: secret })).toBe(after)
                if (isThere) expect(after.startsWith("LOG_LEVEL=1\nWIFI_PWD=")).toBe(true)
            }),
            { numRuns: 200 },
        )
    })

    it.each([
        "12345678",
        " blank blank ",
        "a#b#c#d#",
        '"quoted"',
        "[1,2,3,4]",
        "\\".repeat(8),
        "'single'",
        "ü€ü€ü€",
    ])("is read back unchanged: %j", value => {
        const { settings, errors } = parseSettings(merge("", { WIFI_PWD: value }), "x")
        expect(errors).toEqual([])
        expect(settings.get("WIFI_PWD")).toBe(value)
    })
})

test("hides secrets in the changes that it shows", () => {
    const before = "WIFI_PWD=old secret\nEMON_NODE=a\n"
    const after = merge(before, {
        WIFI_PWD: "new secret",
        EMON_NODE: "b",
        EMON_KEY: "0123456789abcdef".repeat(2),
    })
    expect(shownChanges(before, after)).toEqual([
        "- WIFI_PWD=(not shown)",
        "- EMON_NODE=a",
        "+ WIFI_PWD=(not shown)",
        "+ EMON_NODE=b",
        "+ EMON_KEY=(not shown)",
    ])
})

test.each([
    ["WIFI_PWD", "secret"],
    ["EMON_KEY", "secret ".repeat(100)],
    ["EMON_URL", "secret.example/?apikey=secret"],
    ["WIFI_PWD", "secret\nsecret"],
])("refuses an invalid %s without showing its value", (name, value) => {
    expect(() => merge("", { [name]: value })).toThrow(name)
    expect(() => merge("", { [name]: value })).toThrow(/^(?!.*secret)/)
})
