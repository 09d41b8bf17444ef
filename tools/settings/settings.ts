import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { readBytesIfThere } from "../read-if-there"
import { decodeText, TextEncodingError } from "./decode-text"
import { parseSettings, type SettingMap, sizeError, valueError } from "./parse-settings"
import { type SettingError, SettingsEncodingError, SettingsError, SettingValueError } from "./setting-error"

/** What is written to a device beside its program. */
export interface Settings {
    /** For the settings service, which `readSetting` asks. */
    readonly device: SettingMap
    /** For the WiFi service; the simulator has none. */
    readonly wifi?: { readonly ssid: string; readonly password: string }
    /** Sentences about what lies beside the files and is not read. */
    readonly notes: readonly string[]
}

/** The files, in the order in which they count. */
const FILES = [".env.defaults", ".env.local"]

/**
 * The one door for settings: reads `.env.defaults` and, with precedence, `.env.local`. Either may be missing.
 * @param root the project's folder
 * @throws SettingsError with all that is wrong in them
 */
export async function readSettings(root: string): Promise<Settings> {
    const parsed = await Promise.all(FILES.map(file => parseFile(root, file)))
    const errors = parsed.flatMap(p => p.errors)
    const device: SettingMap = new Map(parsed.flatMap(p => [...p.settings]))
    const ssid = take(device, "WIFI_SSID")
    const password = take(device, "WIFI_PWD")
    if (errors.length === 0 && password !== undefined && ssid === undefined) {
        const cure = "Add WIFI_SSID=, or remove the password."
        errors.push(new SettingValueError({ name: FILES[1]! }, "WIFI_PWD", "belongs to no network", cure))
    }
    if (errors.length > 0) throw new SettingsError(errors)
    const wifi = ssid === undefined ? undefined : { ssid, password: password ?? "" }
    return { device, wifi, notes: await strayFiles(root) }
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

/** Files that somebody may take for those that are read. */
async function strayFiles(root: string): Promise<string[]> {
    const names = await readdir(root)
    const strays = names.filter(
        name => /^[._]?env([._-].*)?$/i.test(name) && !FILES.includes(name) && name !== "env",
    )
    return strays
        .sort()
        .map(
            name =>
                `${name} is not read; settings belong into ${FILES[1]}. Rename it, or move what is in it.`,
        )
}

/**
 * Replaces a setting by what an option of a command says.
 * @param option name of the option, for messages
 * @throws SettingError when the device could not use it
 */
export function overrideSetting(settings: Settings, key: string, value: string, option: string): void {
    const origin = { name: option }
    const error = valueError(key, value, origin) ?? sizeError(key, value, origin)
    if (error) throw error
    settings.device.set(key, value)
}

/** Removes a setting; one of those that {@link parseSettings} lets pass as text only. */
function take(settings: SettingMap, key: "WIFI_SSID" | "WIFI_PWD"): string | undefined {
    const value = settings.get(key) as string | undefined
    settings.delete(key)
    return value
}
