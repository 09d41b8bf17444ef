import { knownSettings } from "../settings/known-settings"

/** The settings that the set-up asks for. */
export type AskedSetting = "EMON_URL" | "EMON_KEY" | "EMON_NODE" | "WIFI_SSID" | "WIFI_PWD"

/**
 * What stands against a value of a setting, in the words of the check that every way to a device goes through; `undefined`
 * for one that can be used. The value is not repeated.
 */
export function objectionTo(setting: AskedSetting, value: string): string | undefined {
    const objection = knownSettings.get(setting)?.objection?.(value)
    return objection && `This ${objection.problem}. ${objection.cure}`
}

/** An address as it is stored: without blanks around it and slashes at its end, which change nothing. */
export function tidyAddress(text: string): string {
    return text.trim().replace(/\/+$/, "")
}
