import { knownSettings } from "../settings/known-settings"

/** The settings for which the set-up asks. */
export type AskedSetting = "EMON_URL" | "EMON_KEY" | "EMON_NODE" | "WIFI_SSID" | "WIFI_PWD"

/**
 * Checks a value for a setting, with the check that applies to all settings for a device; `undefined` if it can be used. The
 * message does not repeat the value.
 */
export function objectionTo(setting: AskedSetting, value: string): string | undefined {
    const objection = knownSettings.get(setting)?.objection?.(value)
    return objection && `This ${objection.problem}. ${objection.cure}`
}
