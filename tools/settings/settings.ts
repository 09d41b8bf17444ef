import { join } from "node:path"
import { readIfThere } from "../read-if-there"
import { parseSettings, type SettingMap, sizeError } from "./parse-settings"
import { SettingsError } from "./setting-error"

/** What is written to a device beside its program. */
export interface Settings {
    /** For the settings service, which `readSetting` asks. */
    readonly device: SettingMap
    /** For the WiFi service; the simulator has none. */
    readonly wifi?: { readonly ssid: string; readonly password: string }
}

/**
 * Reads `.env.defaults` and, with precedence, `.env.local`. Either may be missing.
 * @param root the project's folder
 * @throws SettingsError with all that is wrong in them
 */
export async function readSettings(root: string): Promise<Settings> {
    const files = [".env.defaults", ".env.local"]
    const parsed = await Promise.all(
        files.map(async file => parseSettings((await readIfThere(join(root, file))) ?? "", file)),
    )
    const errors = parsed.flatMap(p => p.errors)
    if (errors.length > 0) throw new SettingsError(errors)

    const device: SettingMap = new Map(parsed.flatMap(p => [...p.settings]))
    const ssid = take(device, "WIFI_SSID")
    const password = take(device, "WIFI_PWD") ?? ""
    return { device, wifi: ssid === undefined ? undefined : { ssid, password } }
}

/**
 * Replaces a setting by what an option of a command says.
 * @param option name of the option, for messages
 * @throws SettingTooLongError when the device could not read it back
 */
export function overrideSetting(settings: Settings, key: string, value: string, option: string): void {
    const error = sizeError(key, value, { name: option })
    if (error) throw error
    settings.device.set(key, value)
}

/** Removes a setting; one of those that {@link parseSettings} lets pass as text only. */
function take(settings: SettingMap, key: "WIFI_SSID" | "WIFI_PWD"): string | undefined {
    const value = settings.get(key) as string | undefined
    settings.delete(key)
    return value
}
