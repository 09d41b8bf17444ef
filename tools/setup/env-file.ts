import { parseSettings } from "../settings/parse-settings"
import { SettingsError } from "../settings/setting-error"

/** Settings with secret values, which must never be shown. */
export const SECRETS: ReadonlySet<string> = new Set(["EMON_KEY", "WIFI_PWD"])

/**
 * Merges settings into the text of `.env.local`. All other lines stay, including comments. A setting that already has the
 * value keeps its line as it is; one whose value is `undefined` is removed.
 *
 * @throws SettingsError for a value that cannot be used
 */
export function mergeEnv(text: string, settings: ReadonlyMap<string, string | undefined>): string {
    const end = text.includes("\r\n") ? "\r\n" : "\n"
    let lines = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/)
    for (const [key, value] of settings) {
        if (value === undefined) {
            lines = lines.filter(line => keyOf(line) !== key)
            continue
        }
        const line = `${key}=${encoded(key, value)}`
        // If a name occurs twice, the last one counts, as for DeviceScript.
        const at = lines.findLastIndex(other => keyOf(other) === key)
        if (at < 0) lines.push(line)
        else if (meaningOf(lines[at]!, key) !== value) lines[at] = line
    }
    const merged = lines.map(line => line + end).join("")
    return merged === text + end ? text : merged
}

/** The added and removed lines, prefixed with `+` and `-`, without secrets. */
export function shownChanges(before: string, after: string): string[] {
    const [old, now] = [before, after].map(text => text.split(/\r?\n/))
    return [
        ...(old ?? []).filter(line => !now?.includes(line)).map(line => `- ${withoutSecret(line)}`),
        ...(now ?? []).filter(line => !old?.includes(line)).map(line => `+ ${withoutSecret(line)}`),
    ]
}

function withoutSecret(line: string): string {
    const key = keyOf(line)
    return key !== undefined && SECRETS.has(key) ? `${key}=(not shown)` : line
}

function keyOf(line: string): string | undefined {
    return /^([A-Z][A-Z0-9_]*)=/.exec(line)?.[1]
}

function meaningOf(line: string, key: string): unknown {
    return parseSettings(line, "").settings.get(key)
}

/** Encodes a value for the file: unchanged if it reads back as itself, otherwise as text in double quotes. */
function encoded(key: string, value: string): string {
    const quoted = JSON.stringify(value).replaceAll("#", "\\u0023")
    for (const spelling of [value, quoted]) {
        if (!/[\r\n]/.test(spelling) && meaningOf(`${key}=${spelling}`, key) === value) return spelling
    }
    throw new SettingsError(parseSettings(`${key}=${quoted}`, "").errors)
}
