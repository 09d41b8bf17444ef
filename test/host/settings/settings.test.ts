import { readFileSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { parseSettings } from "../../../tools/settings/parse-settings"
import { SettingsError, SettingUnknownError } from "../../../tools/settings/setting-error"
import { overrideSetting, readSettings } from "../../../tools/settings/settings"

let root: string

beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "settings-"))
})

afterEach(() => rm(root, { recursive: true }))

const defaults = (text: string) => writeFile(join(root, ".env.defaults"), text)
const local = (text: string) => writeFile(join(root, ".env.local"), text)

test("local settings override defaults, and can delete them", async () => {
    await defaults("EMON_URL=https://emoncms.org\nEMON_NODE=house\nLOG_LEVEL=1\n")
    await local("EMON_NODE=barn\nLOG_LEVEL=\n")
    expect([...(await readSettings(root)).device]).toEqual([
        ["EMON_URL", "https://emoncms.org"],
        ["EMON_NODE", "barn"],
        ["LOG_LEVEL", undefined],
    ])
})

test("WiFi settings go to the WiFi service, not to the program's settings", async () => {
    await local('WIFI_SSID=home\nWIFI_PWD="12345678"\n')
    expect(await readSettings(root)).toEqual({
        device: new Map(),
        wifi: { ssid: "home", password: "12345678" },
        notes: [],
    })
})

test("an open network has no password", async () => {
    await local("WIFI_SSID=home\n")
    expect((await readSettings(root)).wifi).toEqual({ ssid: "home", password: "" })
})

test("without files there are no settings", async () => {
    expect(await readSettings(root)).toEqual({ device: new Map(), wifi: undefined, notes: [] })
})

test("reports all mistakes in both files at once", async () => {
    await defaults("EMON_SERVER_URL=x\n")
    await local("\nEMON_NODE=a#b\nEMON_KEY =x\n")
    const error = await readSettings(root).catch(error => error)
    expect(error).toBeInstanceOf(SettingsError)
    expect(error.errors).toHaveLength(3)
    expect(error.errors[0]).toBeInstanceOf(SettingUnknownError)
    expect(error.message.split("\n").map((line: string) => line.split(":")[0])).toEqual([
        ".env.defaults, line 1",
        ".env.local, line 2",
        ".env.local, line 3",
    ])
})

test("a command's option overrides both files, and is checked in the same way", async () => {
    const [first, second] = ["ab".repeat(16), "cd".repeat(16)]
    await local(`EMON_KEY=${first}\n`)
    const settings = await readSettings(root)
    overrideSetting(settings, "EMON_KEY", second, "--key")
    expect(settings.device.get("EMON_KEY")).toBe(second)
    expect(() => overrideSetting(settings, "EMON_KEY", "x".repeat(300), "--key")).toThrow(
        /^--key: the value of EMON_KEY has 300 characters/,
    )
    expect(() =>
        overrideSetting(settings, "EMON_URL", "https://emoncms.org/input/post", "--emoncms"),
    ).toThrow(
        "--emoncms: the value of EMON_URL leads to a page of EmonCMS, not to EmonCMS itself. Leave out /input",
    )
})

describe("the encoding of a file", () => {
    const text = "EMON_NODE=house\r\nWIFI_SSID=Küche\r\n"
    const refusal = async () => (await readSettings(root).catch(error => error)).message

    test.each([
        [
            "UTF-8 with a byte order mark",
            Buffer.from(`\ufeff${text}`),
            "line 1: the file begins with a byte order mark",
        ],
        [
            "UTF-16",
            Buffer.from(`\ufeff${text}`, "utf16le"),
            "line 1: the file begins with a byte order mark|is UTF-16",
        ],
        [
            "UTF-16 without a byte order mark",
            Buffer.from(text, "utf16le"),
            "line 1: the file is UTF-16 or not text",
        ],
        ["big-endian UTF-16", Buffer.from(`\ufeff${text}`, "utf16le").swap16(), "line 1: the file is UTF-16"],
        ["latin-1", Buffer.from(text, "latin1"), "line 2: this is not UTF-8. Save it as UTF-8"],
    ])("is refused once, with line and cure: %s", async (_, bytes, message) => {
        await writeFile(join(root, ".env.local"), bytes)
        const said = await refusal()
        expect(said).toMatch(new RegExp(`^\\.env\\.local, .*(${message})`))
        expect(said).toContain("Save it as UTF-8 without a byte order mark")
        expect(said.split("\n")).toHaveLength(1)
    })

    test("can be UTF-8 with Windows line endings", async () => {
        await local(text)
        expect((await readSettings(root)).wifi?.ssid).toBe("Küche")
    })
})

test.each([
    ".env",
    ".env.local.txt",
    "env.local",
    ".env.txt",
    ".env.defaults.txt",
    ".ENV.LOCAL",
    ".env-local",
])("notes that %s is not read", async name => {
    await writeFile(join(root, name), "EMON_NODE=house\n")
    expect((await readSettings(root)).notes).toEqual([
        `${name} is not read; settings belong in .env.local. Rename it, or move its content.`,
    ])
})

test("refuses a WiFi password without a network name", async () => {
    await local("WIFI_PWD=long enough\n")
    await expect(readSettings(root)).rejects.toThrow("WIFI_PWD comes without a network name. Add WIFI_SSID=")
})

test("refuses files with mistakes that users have made", async () => {
    const folder = join(projectRoot, "test/data/settings")
    for (const [name, message] of [
        ["env-bom.env", /^\.env\.local, line 1: the file begins with a byte order mark/],
        ["env-local-hash.env", /line 4: WIFI_PWD would be lost[\s\S]*line 5: this begins with export/],
        ["env-single-quotes.env", /line 1: the quotes of WIFI_SSID[\s\S]*line 2: [\s\S]*line 3: /],
    ] as const) {
        await writeFile(join(root, ".env.local"), readFileSync(join(folder, name)))
        await expect(readSettings(root)).rejects.toThrow(message)
    }
})

test("the project's .env.defaults is valid, and holds no secret", () => {
    const text = readFileSync(join(projectRoot, ".env.defaults"), "utf8")
    const { settings, errors } = parseSettings(text, ".env.defaults")
    expect(errors).toEqual([])
    expect([...settings.keys()]).toEqual([
        "EMON_URL",
        "EMON_NODE",
        "LOG_LEVEL",
        "LOG_HOURS",
        "LOG_BYTES",
        "LOG_MAX",
        "RESTARTS",
    ])
})
