import {
    LARGEST_SETTING,
    LONGEST_KEY,
    type NumberRange,
    type Origin,
    SettingBlankError,
    type SettingError,
    SettingHashError,
    SettingKeyError,
    SettingRangeError,
    SettingSyntaxError,
    SettingTooLongError,
    SettingTypeError,
} from "./setting-error"

/**
 * Settings by key. The device stores each value as JSON; `undefined` stands for an empty value, which deletes the
 * setting.
 */
export type SettingMap = Map<string, unknown>

/** Keys that the program or the WiFi service takes for text. */
const textKeys = new Set(["EMON_URL", "EMON_KEY", "EMON_NODE", "WIFI_SSID", "WIFI_PWD"])

/** Keys that the program takes for numbers, with what it makes sense to set. The program has the same limits. */
const ranges: Readonly<Record<string, NumberRange>> = {
    LOG_LEVEL: { least: 1, most: 4 },
    LOG_HOURS: { least: 1, most: 720 },
    LOG_BYTES: { least: 100, most: 16000 },
    LOG_MAX: { least: 200, most: 16000 },
}

/**
 * Reads the text of `.env.defaults` or `.env.local` as the DeviceScript tools do (`compiler/src/dotenv.ts` of
 * microsoft/devicescript), except that it refuses what they drop or change silently.
 * @param file name of the file, for messages
 */
export function parseSettings(text: string, file: string): { settings: SettingMap; errors: SettingError[] } {
    const settings: SettingMap = new Map()
    const errors: SettingError[] = []
    text.split(/\r?\n/).forEach((line, index) => {
        if (/^\s*(#|$)/.test(line)) return
        const origin = { name: file, line: index + 1 }
        const [, key, value] = /^([^=]+)=(.*)$/s.exec(line) ?? []
        if (key === undefined || value === undefined) errors.push(new SettingSyntaxError(origin))
        else {
            const error = settingError(key, value, origin)
            if (error) errors.push(error)
            else settings.set(key, meaning(value))
        }
    })
    return { settings, errors }
}

function settingError(key: string, value: string, origin: Origin): SettingError | undefined {
    if (key.length > LONGEST_KEY || !/^[A-Z][A-Z0-9_]*$/.test(key)) return new SettingKeyError(origin, key)
    if (value.includes("#")) return new SettingHashError(origin, key)
    if (value.trim() !== value) return new SettingBlankError(origin, key)
    const kind = typeof meaning(value)
    if (textKeys.has(key) && kind !== "string" && kind !== "undefined")
        return new SettingTypeError(origin, key)
    const range = ranges[key]
    if (range && !isIn(range, meaning(value)))
        return new SettingRangeError(origin, key, meaning(value), range)
    return sizeError(key, meaning(value), origin)
}

/** Without a value, too: the setting is deleted then, and the program goes by its default. */
function isIn({ least, most }: NumberRange, value: unknown): boolean {
    if (value === undefined) return true
    return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
}

/** Whether the device can read a setting back. */
export function sizeError(key: string, value: unknown, origin: Origin): SettingTooLongError | undefined {
    const bytes = key.length + 1 + Buffer.byteLength(JSON.stringify(value) ?? "")
    return bytes > LARGEST_SETTING ? new SettingTooLongError(origin, key, bytes) : undefined
}

/** JSON where it is JSON, else the text itself; `null` too is a text. */
function meaning(value: string): unknown {
    if (value === "") return undefined
    try {
        return JSON.parse(value) ?? value
    } catch {
        return value
    }
}
