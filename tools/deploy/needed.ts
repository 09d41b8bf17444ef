import type { Settings } from "../settings/settings"
import { SettingsMissing } from "./errors"

/**
 * Checks that a device can upload with these settings.
 * @throws SettingsMissing
 */
export function checkNeeded({ device, wifi }: Settings): void {
    const missing = ["EMON_URL", "EMON_KEY", "EMON_NODE"].filter(name => device.get(name) === undefined)
    if (!wifi) missing.push("WIFI_SSID")
    if (missing.length > 0) throw new SettingsMissing(missing)
}
