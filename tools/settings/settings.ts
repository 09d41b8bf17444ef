import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { readBytesIfThere } from "../read-if-there"
import { decodeText, TextEncodingError } from "./decode-text"
import { parseSettings, type SettingMap, sizeError, valueError } from "./parse-settings"
import { type SettingError, SettingsEncodingError, SettingsError, SettingValueError } from "./setting-error"

/** The settings that are written to a device with its program. */
export interface Settings {
    /** For the settings service, from which `readSetting` gets them. */
    readonly device: SettingMap
    /** For the WiFi service; the simulator has none. */
    readonly wifi?: { readonly ssid: string; readonly password: string }
    /** `EMON_URL` in the owner's own file, if it has one. */
    readonly ownAddress?: string
    /** Sentences about similarly named files that are not read. */
    readonly notes: readonly string[]
}

/** The files, by rising precedence. */
const FILES = [".env.defaults", ".env.local"]

/**
 * The only reader of settings: reads `.env.defaults`, and `.env.local`, which takes precedence. Either may be missing.
 * @param root the project's folder
 * @throws SettingsError with all mistakes in them
 */
export async function readSettings(root: string): Promise<Settings> {
    const parsed = await Promise.all(FILES.map(file => parseFile(root, file)))
    const errors = parsed.flatMap(p => p.errors)
    const device: SettingMap = new Map(parsed.flatMap(p => [...p.settings]))
    const ssid = take(device, "WIFI_SSID")
    const password = take(device, "WIFI_PWD")
    if (errors.length === 0 && password !== undefined && ssid === undefined) {
        const cure = "Add WIFI_SSID=, or remove the password."
        errors.push(
            new SettingValueError({ name: FILES[1]! }, "WIFI_PWD", "comes without a network name", cure),
        )
    }
    if (errors.length > 0) throw new SettingsError(errors)
    const wifi = ssid === undefined ? undefined : { ssid, password: password ?? "" }
    const own = parsed[1]!.settings.get("EMON_URL")
    const ownAddress = own === undefined ? undefined : String(own)
    return { device, wifi, ownAddress, notes: await strayFiles(root) }
}

async function parseFile(
    root: string,
    file: string,
): Promise<{ settings: SettingMap; errors: SettingError[] }> {
    try {
        const bytes = await readBytesIfThere(join(root, file))
        return parseSettings(bytes ? decodeText(bytes) : "", file)
    } catch (error) {
        if (!(error instanceof TextEncodingError)) throw error
        const { encoding, line, cure } = error
        return {
            settings: new Map(),
            errors: [new SettingsEncodingError({ name: file, line }, encoding, cure)],
        }
    }
}

/** Notes about files that somebody may mistake for the ones that are read. */
async function strayFiles(root: string): Promise<string[]> {
    const names = await readdir(root)
    const strays = names.filter(
        name => /^[._]?env([._-].*)?$/i.test(name) && !FILES.includes(name) && name !== "env",
    )
    return strays
        .sort()
        .map(name => `${name} is not read; settings belong in ${FILES[1]}. Rename it, or move its content.`)
}

/**
 * Overrides a setting with the value of a command's option.
 * @param option name of the option, for messages
 * @throws SettingError when the device could not use the value
 */
export function overrideSetting(settings: Settings, key: string, value: string, option: string): void {
    const origin = { name: option }
    const error = valueError(key, value, origin) ?? sizeError(key, value, origin)
    if (error) throw error
    settings.device.set(key, value)
}

/** Removes a setting and returns it. {@link parseSettings} accepts only text for these. */
function take(settings: SettingMap, key: "WIFI_SSID" | "WIFI_PWD"): string | undefined {
    const value = settings.get(key) as string | undefined
    settings.delete(key)
    return value
}
