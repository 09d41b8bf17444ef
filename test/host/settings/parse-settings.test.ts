import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseSettings } from "../../../tools/settings/parse-settings"
import {
    SettingBackslashError,
    SettingBlankError,
    SettingExportError,
    SettingHashError,
    SettingInvisibleError,
    SettingKeyError,
    SettingQuoteError,
    SettingRangeError,
    SettingSyntaxError,
    SettingTooLongError,
    SettingTwiceError,
    SettingTypeError,
    SettingUnknownError,
    SettingValueError,
} from "../../../tools/settings/setting-error"

const read = (text: string) => {
    const { settings, errors } = parseSettings(text, ".env.local", "any")
    expect(errors).toEqual([])
    return Object.fromEntries(settings)
}

describe("a setting's value", () => {
    test.each([
        ["KEY=abc", "abc"],
        ["KEY=33", 33],
        ["KEY=0033", "0033"],
        ["KEY=1e5", 100000],
        ["KEY=true", true],
        ["KEY=null", "null"],
        ['KEY={"x":1}', { x: 1 }],
        ['KEY="33"', "33"],
        ['KEY=" a b "', " a b "],
        ['KEY="a\\u0023b"', "a#b"],
        ["KEY=a=b", "a=b"],
        ["KEY=", undefined],
    ])("%s", (line, value) => {
        expect(read(line)).toEqual({ KEY: value })
    })

    test("is not taken from a comment or an empty line", () => {
        expect(read("# A=1\r\n\r\n  # B=2\nKEY=1\r\n")).toEqual({ KEY: 1 })
    })
})

test("accepts numbers at both ends of their ranges, and missing ones", () => {
    expect(read("LOG_LEVEL=1\nLOG_HOURS=720\nLOG_BYTES=100\nLOG_MAX=")).toEqual({
        LOG_LEVEL: 1,
        LOG_HOURS: 720,
        LOG_BYTES: 100,
        LOG_MAX: undefined,
    })
})

test("the program uses the same ranges", () => {
    const sources = ["logbook/logbook", "watchdog"].map(actor =>
        readFileSync(`src/actors/${actor}.ts`, "utf8"),
    )
    const calls = /readNumber\("(LOG_\w+)", [\w.]+, (\d+), (\d+)\)/g
    const limits = sources.flatMap(source => [...source.matchAll(calls)].map(([, ...limit]) => limit))
    expect(limits.map(([key]) => key).sort()).toEqual(["LOG_BYTES", "LOG_HOURS", "LOG_MAX"])
    for (const [key, least, most] of limits) {
        expect(parseSettings(`${key}=${Number(least) - 1}`, "").errors).toHaveLength(1)
        expect(parseSettings(`${key}=${least}`, "").errors).toEqual([])
        expect(parseSettings(`${key}=${most}`, "").errors).toEqual([])
        expect(parseSettings(`${key}=${Number(most) + 1}`, "").errors).toHaveLength(1)
    }
})

describe("a mistake is reported with name, place and cure", () => {
    test.each([
        ["WIFI_PWD=pass#word", SettingHashError, "WIFI_PWD would be lost, because its line contains #"],
        ["EMON_NODE=house # mine", SettingHashError, "EMON_NODE would be lost"],
        ["EMON_KEY: abc", SettingSyntaxError, "this is not a setting. Write KEY=value"],
        ["=abc=def", SettingSyntaxError, "this is not a setting"],
        ["EMON_PASSWORD_X=abc", SettingKeyError, "this cannot be the name of a setting"],
        ["EMONCMS_APIKEY=abc", SettingUnknownError, "Did you mean EMON_KEY?"],
        ["WIFI_PASSWORD=abcdefgh", SettingUnknownError, "Did you mean WIFI_PWD?"],
        ["wifi_ssid=abc", SettingUnknownError, "Did you mean WIFI_SSID?"],
        ["WIFI_PDW=abcdefgh", SettingUnknownError, "Did you mean WIFI_PWD?"],
        ["MQTT_TOPIC=abc", SettingUnknownError, "The names are in .env.defaults."],
        ["export EMON_NODE=house", SettingExportError, "Leave export out"],
        [
            "WIFI_PWD='my pass word'",
            SettingQuoteError,
            "the quotes of WIFI_PWD would become part of its value",
        ],
        ["EMON_NODE=`house`", SettingQuoteError, "the quotes of EMON_NODE"],
        ["EMON_NODE=“house”", SettingQuoteError, "the quotes of EMON_NODE"],
        ["EMON_NODE=„house“", SettingQuoteError, "the quotes of EMON_NODE"],
        ["EMON_NODE=house’", SettingQuoteError, "the quotes of EMON_NODE"],
        ['WIFI_PWD="my pass word', SettingQuoteError, "the quotes of WIFI_PWD"],
        ['WIFI_PWD="my pass" word', SettingQuoteError, "the quotes of WIFI_PWD"],
        ['WIFI_PWD="my \\pass"', SettingQuoteError, "the quotes of WIFI_PWD"],
        ["WIFI_PWD=my\\ pass\\ word", SettingBackslashError, "contains a backslash"],
        ['WIFI_PWD="my\\new password"', SettingInvisibleError, "invisible character"],
        ["EMON_NODE=hou\u200bse", SettingInvisibleError, "invisible character"],
        ["EMON_NODE=hou\rse", SettingInvisibleError, "invisible character"],
        ["WIFI_PWD=sevenle", SettingValueError, "the value of WIFI_PWD has 7 characters"],
        [`WIFI_PWD=${"x".repeat(64)}`, SettingValueError, "has 64 characters. A WPA password has 8 to 63"],
        [`WIFI_SSID=${"é".repeat(16)}`, SettingValueError, "has 32 bytes"],
        [`EMON_KEY=${"a".repeat(31)}`, SettingValueError, "has 31 characters instead of 32"],
        ["EMON_NODE=heat & pump", SettingValueError, "contains &"],
        ["EMON_URL=emonpi.local", SettingValueError, "does not begin with http:// or https://"],
        ["EMON_KEY =abc", SettingKeyError, '"EMON_KEY " cannot be the name of a setting'],
        ["SCHLÜSSEL=abc", SettingKeyError, "cannot be the name of a setting"],
        ["EMON_KEY= abc", SettingBlankError, "the value of EMON_KEY begins or ends with a space"],
        ["WIFI_PWD=12345678", SettingTypeError, "the value of WIFI_PWD would not be read as text"],
        ["EMON_KEY=1e10", SettingTypeError, 'Put double quotes (") around it.'],
        ["LOG_LEVEL=0", SettingRangeError, "LOG_LEVEL cannot be 0. Use a whole number from 1 to 4."],
        [
            "LOG_HOURS=daily",
            SettingRangeError,
            'LOG_HOURS cannot be "daily". Use a whole number from 1 to 720.',
        ],
        ['LOG_BYTES="600"', SettingRangeError, 'LOG_BYTES cannot be "600". Use a whole number from 100'],
        [
            "LOG_MAX=896.5",
            SettingRangeError,
            "LOG_MAX cannot be 896.5. Use a whole number from 200 to 16000.",
        ],
    ])("%s", (line, type, message) => {
        const { errors, settings } = parseSettings(`# first line\n${line}`, ".env.local")
        expect(errors).toHaveLength(1)
        expect(errors[0]).toBeInstanceOf(type)
        expect(errors[0]!.name).toBe(type.name)
        expect(errors[0]!.origin).toEqual({ name: ".env.local", line: 2 })
        expect(errors[0]!.message).toContain(`.env.local, line 2: `)
        expect(errors[0]!.message).toContain(message)
        expect(settings.size).toBe(0)
    })

    test("a setting that appears twice", () => {
        const { errors } = parseSettings("EMON_NODE=a\n\nEMON_NODE=b", ".env.local")
        expect(errors).toHaveLength(1)
        expect(errors[0]).toBeInstanceOf(SettingTwiceError)
        expect(errors[0]!.message).toBe(
            ".env.local, line 3: EMON_NODE appears twice, first in line 1. Remove one of the two.",
        )
    })

    test("no message contains the value", () => {
        const lines = ["s3cret#1", " s3cret", "s3cret".repeat(50)].map(value => `EMON_KEY=${value}`)
        const errors = lines.flatMap(line => parseSettings(line, ".env.local").errors)
        expect(errors).toHaveLength(3)
        for (const error of errors) {
            expect(error.message).not.toContain("s3cret")
            expect(JSON.stringify(error)).not.toContain("s3cret")
        }
    })
})

describe("the longest setting that the device can read back", () => {
    // 232 bytes for key, separator and value (measured): 228 characters and their quotes under a one-character key.
    test.each([
        ["A", 228],
        ["ABCDEFGHIJKLM", 216],
    ])("under %s has %i characters", (key, length) => {
        expect(parseSettings(`${key}=${"x".repeat(length)}`, "", "any").errors).toEqual([])
        const { errors } = parseSettings(`${key}=${"x".repeat(length + 1)}`, "", "any")
        expect(errors).toHaveLength(1)
        expect(errors[0]).toBeInstanceOf(SettingTooLongError)
        expect(errors[0]!.message).toContain(`the value of ${key} is 1 bytes too long`)
    })
})

describe("the parser of the DeviceScript tools", () => {
    const theirs = toolsParser()

    test("reads the same values from every text that we accept", () => {
        fc.assert(
            fc.property(fc.array(fc.oneof(settingLine, fc.string({ unit: "grapheme" }))), lines => {
                const text = lines.join("\n")
                const { settings, errors } = parseSettings(text, "", "any")
                const bad = new Set(errors.map(e => e.origin.line! - 1))
                const good = text.split(/\r?\n/).filter((_, i) => !bad.has(i))
                const ours = [...settings].map(([key, value]) => [key, JSON.stringify(value)])
                expect(Object.fromEntries(ours)).toEqual(theirs(good.join("\n")))
            }),
            { numRuns: 2000 },
        )
    })

    test("reads every value that we accept as its owner means it", () => {
        fc.assert(
            fc.property(fc.constantFrom("WIFI_PWD", "WIFI_SSID", "EMON_NODE"), meantValue, (key, meant) => {
                // An owner who writes double quotes around a value means what is between them.
                const bare = meant.startsWith('"') ? [] : [meant]
                const written = [...bare, JSON.stringify(meant)].map(value => `${key}=${value}`)
                for (const line of written) {
                    const { settings, errors } = parseSettings(line, "")
                    if (errors.length > 0) continue
                    // A comment, or a text without any meaning, sets no value.
                    if (settings.size === 0) continue
                    expect(settings.get(key) ?? "").toBe(meant)
                    expect(theirs(line)).toEqual({
                        [key]: meant === "" && line.endsWith("=") ? undefined : JSON.stringify(meant),
                    })
                }
            }),
            { numRuns: 3000 },
        )
    })

    test("can express every WiFi password and network name", () => {
        const visible = fc.string({ unit: fc.constantFrom(...PRINTABLE), minLength: 8, maxLength: 31 })
        fc.assert(
            fc.property(fc.constantFrom("WIFI_PWD", "WIFI_SSID"), visible, (key, meant) => {
                const line = `${key}=${JSON.stringify(meant).replaceAll("#", "\\u0023")}`
                expect(parseSettings(line, "").errors).toEqual([])
                expect(JSON.parse(theirs(line)[key]!)).toBe(meant)
            }),
        )
    })

    test("silently drops or changes values that we refuse", () => {
        expect(theirs("WIFI_PWD=pass#word")).toEqual({})
        expect(theirs("EMON_KEY: abc")).toEqual({})
        expect(theirs("WIFI_PWD=12345678")).toEqual({ WIFI_PWD: "12345678" })
        expect(theirs("EMON_KEY= abc")).toEqual({ EMON_KEY: '" abc"' })
    })
})

/** The characters of a passphrase (IEEE 802.11i): ASCII 32 to 126. */
const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))

/** Values that an owner can want in a setting, including quotes, blanks and other scripts. */
const meantValue = fc.oneof(
    fc.string({ unit: fc.constantFrom(...PRINTABLE), maxLength: 40 }),
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.string({
        unit: fc.constantFrom("'", '"', "\\", "“", "’", "#", " ", "=", "a", "1", "{", "\u00a0", "\u200b"),
        maxLength: 12,
    }),
)

const settingLine = fc
    .tuple(
        fc.stringMatching(/^[A-Z][A-Z0-9_]{0,5}$/),
        fc.oneof(
            fc.json({ depthSize: "small" }),
            fc.string({ unit: "grapheme" }),
            fc.stringMatching(/^[0-9.e-]*$/),
        ),
    )
    .map(([key, value]) => `${key}=${value}`)

/** Extracts `parseToSettings` from the published CLI. It returns values as the JSON text that it would write to the device. */
function toolsParser(): (text: string) => Record<string, string | undefined> {
    const bundle = createRequire(import.meta.url).resolve("@devicescript/cli/built/devicescript-cli.cjs")
    const source = readFileSync(bundle, "utf8")
    const functions = ["JSONTryParse2", "toUTF82", "stringToUint8Array2", "stringToBuffer2"]
        .concat("stringToSettingValue", "parseToSettings")
        .map(name => {
            const found = new RegExp(`^( *)function ${name}\\([^]*?^\\1}$`, "m").exec(source)
            expect(found, name).not.toBeNull()
            return found![0]
        })
    const parse = new Function(`${functions.join("\n")}\nreturn parseToSettings`)()
    return text => {
        const settings: Record<string, Uint8Array | undefined> = parse(text, false)
        const decoded = Object.entries(settings).map(([key, value]) => [
            key,
            value && Buffer.from(value).toString(),
        ])
        return Object.fromEntries(decoded)
    }
}
