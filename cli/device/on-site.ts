import { Command } from "commander"
import { settingsToWrite } from "../../tools/deploy/deploy"
import type { Device } from "../../tools/device/device"
import { restartProgram } from "../../tools/device/restart-program"
import { hideKeys } from "../../tools/hide-keys"
import { knownSettings, nearest } from "../../tools/settings/known-settings"
import { sizeError, valueError } from "../../tools/settings/parse-settings"
import {
    SettingSyntaxError,
    SettingUnknownError,
    SettingValueError,
} from "../../tools/settings/setting-error"
import { wifiCommand } from "./wifi"
import type { WithDevice } from "./with-device"

/** Settings that the WiFi service keeps, and the one that is never shown. */
const WIFI = ["WIFI_SSID", "WIFI_PWD"]
const SECRET = "EMON_KEY"

/** A new address without the key for it, which the device would not use. */
class KeyNeeded extends Error {
    constructor() {
        super(
            "the device uses a new EMON_URL only with the key for it; " +
                "set both: npm run device -- settings set EMON_URL=http://... EMON_KEY=...",
        )
        this.name = "KeyNeeded"
    }
}

/** A setting that appears twice in one command. */
class GivenTwice extends Error {
    constructor(readonly setting: string) {
        super(`settings set: ${setting} is given twice; leave one of the two out`)
        this.name = "GivenTwice"
    }
}

/** Commands that change a device on site, without a build. */
export function onSiteCommands(withDevice: WithDevice): Command[] {
    return [wifiCommand(withDevice), settingsCommand(withDevice)]
}

function settingsCommand(withDevice: WithDevice): Command {
    const settings = new Command("settings").description(
        "show and change the device's settings, which take effect at once",
    )
    settings
        .command("get")
        .description(
            "show settings; without names, all that the program knows, because the firmware cannot list them",
        )
        .argument("[name...]")
        .action((names: string[]) =>
            withDevice(async device => {
                const known = [...knownSettings.keys()].filter(name => !WIFI.includes(name))
                for (const name of names.length > 0 ? names.map(nameOf) : known) {
                    const text = Buffer.from(await device.setting(name)).toString()
                    const shown = text !== "" && name === SECRET ? "is set" : hideKeys(text)
                    console.log(`${name}=${shown}`)
                }
            }),
        )
    settings
        .command("set")
        .description("write settings; a new EMON_URL only together with EMON_KEY")
        .argument("<NAME=value...>")
        .action((given: string[]) => withDevice(device => change(device, pairsOf(given))))
    settings
        .command("unset")
        .description("delete settings; the program then uses its defaults")
        .argument("<NAME...>")
        .action((names: string[]) =>
            withDevice(device => change(device, new Map(names.map(name => [nameOf(name), undefined])))),
        )
    return settings
}

async function change(device: Device, given: ReadonlyMap<string, unknown>): Promise<void> {
    if (given.get("EMON_URL") !== undefined && !given.has(SECRET)) throw new KeyNeeded()
    for (const [name, value] of settingsToWrite({ device: new Map(given) })) {
        await device.sendSetting(name, value)
        await device.setting(name)
    }
    await restartProgram(device)
    console.log(`${[...given.keys()].join(", ")}: written. The program restarts.`)
}

const ORIGIN = { name: "settings set" }

function pairsOf(given: readonly string[]): Map<string, unknown> {
    const pairs = new Map<string, unknown>()
    for (const text of given) {
        const [name, value] = pairOf(text)
        if (pairs.has(name)) throw new GivenTwice(name)
        pairs.set(name, value)
    }
    return pairs
}

function pairOf(given: string): [string, unknown] {
    const [, name, text = ""] = /^([^=]*)=(.*)$/s.exec(given) ?? []
    if (name === undefined) throw new SettingSyntaxError(ORIGIN)
    const key = nameOf(name)
    const { kind, range } = knownSettings.get(key)!
    const isNumber = kind === "number" && /^\d+$/.test(text)
    if (kind === "number" && !isNumber && !range)
        throw new SettingValueError(ORIGIN, key, "is not a whole number", "Write digits only.")
    const value = isNumber ? Number(text) : text
    throwIf(valueError(key, value, ORIGIN) ?? sizeError(key, value, ORIGIN))
    return [key, value]
}

function nameOf(name: string): string {
    if (knownSettings.has(name) && !WIFI.includes(name)) return name
    throw WIFI.includes(name)
        ? new Error(`${name} belongs to the WiFi. Run: npm run device -- wifi add`)
        : new SettingUnknownError({ name: "settings" }, hideKeys(name), nearest(name))
}

function throwIf(error: Error | undefined): void {
    if (error) throw error
}
