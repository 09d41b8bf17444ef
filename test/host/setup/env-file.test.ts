import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { parseSettings } from "../../../tools/settings/parse-settings"
import { mergeEnv, shownChanges } from "../../../tools/setup/env-file"

function merge(text: string, settings: Record<string, string>): string {
    return mergeEnv(text, new Map(Object.entries(settings)))
}

test("a new file has a line for each setting", () => {
    expect(merge("", { EMON_URL: "http://pi/emoncms", EMON_NODE: "house" })).toBe(
        "EMON_URL=http://pi/emoncms\nEMON_NODE=house\n",
    )
})

test("comments, other settings, order and line ends stay", () => {
    const text = "# mine\r\nLOG_LEVEL=3\r\n\r\nEMON_NODE=old\r\n# the end\r\n"
    expect(merge(text, { EMON_NODE: "new", EMON_URL: "http://pi" })).toBe(
        "# mine\r\nLOG_LEVEL=3\r\n\r\nEMON_NODE=new\r\n# the end\r\nEMON_URL=http://pi\r\n",
    )
})

test("what has this meaning already keeps its spelling, and a file without a line end keeps that", () => {
    const text = 'WIFI_PWD="12345678"\nEMON_NODE=house'
    expect(merge(text, { WIFI_PWD: "12345678", EMON_NODE: "house" })).toBe(text)
})

describe("any password of WPA", () => {
    it("is read back by the project's reader as it was given, and a second merge changes nothing", () => {
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
    ])("such as %j", value => {
        const { settings, errors } = parseSettings(merge("", { WIFI_PWD: value }), "x")
        expect(errors).toEqual([])
        expect(settings.get("WIFI_PWD")).toBe(value)
    })
})

test("secrets are in no line that is shown", () => {
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
])("%s that the check refuses is refused here, without its value", (name, value) => {
    expect(() => merge("", { [name]: value })).toThrow(name)
    expect(() => merge("", { [name]: value })).toThrow(/^(?!.*secret)/)
})
