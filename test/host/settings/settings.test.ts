import { readFileSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { parseSettings } from "../../../tools/settings/parse-settings"
import { SettingKeyError, SettingsError, SettingTooLongError } from "../../../tools/settings/setting-error"
import { overrideSetting, readSettings } from "../../../tools/settings/settings"

let root: string

beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "settings-"))
})

afterEach(() => rm(root, { recursive: true }))

const defaults = (text: string) => writeFile(join(root, ".env.defaults"), text)
const local = (text: string) => writeFile(join(root, ".env.local"), text)

test("local settings come before defaults, and can delete them", async () => {
    await defaults("EMON_URL=https://emoncms.org\nEMON_NODE=house\nA=1\n")
    await local("EMON_NODE=barn\nA=\n")
    expect([...(await readSettings(root)).device]).toEqual([
        ["EMON_URL", "https://emoncms.org"],
        ["EMON_NODE", "barn"],
        ["A", undefined],
    ])
})

test("WiFi goes to the WiFi service, not among the settings", async () => {
    await local('WIFI_SSID=home\nWIFI_PWD="12345678"\n')
    expect(await readSettings(root)).toEqual({
        device: new Map(),
        wifi: { ssid: "home", password: "12345678" },
    })
})

test("an open network has no password", async () => {
    await local("WIFI_SSID=home\n")
    expect((await readSettings(root)).wifi).toEqual({ ssid: "home", password: "" })
})

test("without files there are no settings", async () => {
    expect(await readSettings(root)).toEqual({ device: new Map(), wifi: undefined })
})

test("all that is wrong in both files is said at once", async () => {
    await defaults("EMON_SERVER_URL=x\n")
    await local("\nEMON_NODE=a#b\nEMON_KEY =x\n")
    const error = await readSettings(root).catch(error => error)
    expect(error).toBeInstanceOf(SettingsError)
    expect(error.errors).toHaveLength(3)
    expect(error.errors[0]).toBeInstanceOf(SettingKeyError)
    expect(error.message.split("\n").map((line: string) => line.split(":")[0])).toEqual([
        ".env.defaults, line 1",
        ".env.local, line 2",
        ".env.local, line 3",
    ])
})

test("an option of a command comes before both files", async () => {
    await local("EMON_KEY=abc\n")
    const settings = await readSettings(root)
    overrideSetting(settings, "EMON_KEY", "def", "--key")
    expect(settings.device.get("EMON_KEY")).toBe("def")
    expect(() => overrideSetting(settings, "EMON_KEY", "x".repeat(300), "--key")).toThrow(SettingTooLongError)
    expect(() => overrideSetting(settings, "EMON_KEY", "x".repeat(300), "--key")).toThrow(
        /^--key: the value of/,
    )
})

test("the project's own .env.defaults is right, and holds no secret", () => {
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
