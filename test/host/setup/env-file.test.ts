import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { parseSettings } from "../../../tools/settings/parse-settings"
import { mergeEnv, SettingNotWritableError, shownChanges } from "../../../tools/setup/env-file"

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
    expect(merge(text, { EMON_NODE: "new", EMON_KEY: "k" })).toBe(
        "# mine\r\nLOG_LEVEL=3\r\n\r\nEMON_NODE=new\r\n# the end\r\nEMON_KEY=k\r\n",
    )
})

test("what has this meaning already keeps its spelling, and a file without a line end keeps that", () => {
    const text = 'WIFI_PWD="12345678"\nEMON_NODE=house'
    expect(merge(text, { WIFI_PWD: "12345678", EMON_NODE: "house" })).toBe(text)
})

describe("any value", () => {
    it("is read back by the project's reader as it was given, and a second merge changes nothing", () => {
        const value = fc.string({ unit: "binary", minLength: 1 }).filter(text => /^[^\r\n]*$/.test(text))
        fc.assert(
            fc.property(value, fc.boolean(), (password, isThere) => {
                const before = isThere ? "A=1\nWIFI_PWD=before\nB=2\n" : ""
                const after = merge(before, { WIFI_PWD: password })
                const { settings, errors } = parseSettings(after, "x")
                // What is too long for the device is refused where it is written, by the check of all settings.
                fc.pre(errors.length === 0 || !errors[0]!.message.includes("too long"))
                expect(errors).toEqual([])
                expect(settings.get("WIFI_PWD")).toBe(password)
                expect(merge(after, { WIFI_PWD: password })).toBe(after)
                if (isThere) expect(after.startsWith("A=1\nWIFI_PWD=")).toBe(true)
            }),
            { numRuns: 200 },
        )
    })

    it.each(["12345678", "true", "null", " blank ", "a#b", '"quoted"', "[1]", "\\", "ü€"])(
        "such as %j",
        value => {
            const { settings } = parseSettings(merge("", { WIFI_PWD: value }), "x")
            expect(settings.get("WIFI_PWD")).toBe(value)
        },
    )
})

test("secrets are in no line that is shown", () => {
    const before = "WIFI_PWD=old secret\nEMON_NODE=a\n"
    const after = merge(before, { WIFI_PWD: "new secret", EMON_NODE: "b", EMON_KEY: "k".repeat(32) })
    expect(shownChanges(before, after)).toEqual([
        "- WIFI_PWD=(not shown)",
        "- EMON_NODE=a",
        "+ WIFI_PWD=(not shown)",
        "+ EMON_NODE=b",
        "+ EMON_KEY=(not shown)",
    ])
})

test("what the reader would not give back is refused by its name alone", () => {
    // Longer than a setting may be; the reader refuses it, so no spelling means it.
    expect(() => merge("", { EMON_KEY: "secret ".repeat(100) })).toThrow(SettingNotWritableError)
    expect(() => merge("", { EMON_KEY: "secret ".repeat(100) })).toThrow(/^(?!.*secret)/)
})
