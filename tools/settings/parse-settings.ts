import { type KnownSetting, knownSettings, nearest } from "./known-settings"
import {
    LARGEST_SETTING,
    LONGEST_KEY,
    type NumberRange,
    type Origin,
    SettingBackslashError,
    SettingBlankError,
    type SettingError,
    SettingExportError,
    SettingHashError,
    SettingInvisibleError,
    SettingKeyError,
    SettingQuoteError,
    SettingRangeError,
    SettingSyntaxError,
    SettingTooLongError,
    SettingTwiceError,
    SettingTypeError,
    SettingUnknownError,
    SettingValueError,
} from "./setting-error"

/** Settings by key. The device stores values as JSON. `undefined` stands for an empty value, which deletes the setting. */
export type SettingMap = Map<string, unknown>

/** A character that somebody may have meant as a quote. */
const QUOTE = /["'`\u00b4\u2018-\u201f\u2032\u2033\u2039\u203a\u00ab\u00bb\uff02\uff07]/u

/** Characters that are invisible in an editor: control and format characters, zero-width blanks. */
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029\u115f\u3164\ufeff]/u

/**
 * Parses the text of `.env.defaults` or `.env.local` as the DeviceScript tools do (`compiler/src/dotenv.ts` of
 * microsoft/devicescript), but refuses what they silently drop or change, and what the program cannot use.
 * @param file name of the file, for messages
 * @param known the existing settings. Defaults to those of the program
 */
export function parseSettings(
    text: string,
    file: string,
    known: ReadonlyMap<string, KnownSetting> | "any" = knownSettings,
): { settings: SettingMap; errors: SettingError[] } {
    const settings: SettingMap = new Map()
    const errors: SettingError[] = []
    const lines = new Map<string, number>()
    text.split(/\r?\n/).forEach((line, index) => {
        if (/^\s*(#|$)/.test(line)) return
        const origin = { name: file, line: index + 1 }
        const [, key, value] = /^([^=]+)=(.*)$/s.exec(line) ?? []
        const first = lines.get(key ?? "")
        if (/^\s*export\s/.test(line)) errors.push(new SettingExportError(origin))
        else if (key === undefined || value === undefined) errors.push(new SettingSyntaxError(origin))
        else if (first !== undefined) errors.push(new SettingTwiceError(origin, key, first))
        else {
            lines.set(key, index + 1)
            const error = settingError(key, value, origin, known)
            if (error) errors.push(error)
            else settings.set(key, meaning(value))
        }
    })
    return { settings, errors }
}

function settingError(
    key: string,
    value: string,
    origin: Origin,
    known: ReadonlyMap<string, KnownSetting> | "any",
): SettingError | undefined {
    const isName = key.length <= LONGEST_KEY && /^[A-Z][A-Z0-9_]*$/.test(key)
    const meant = known === "any" || known.has(key) || key.trim() !== key ? undefined : nearest(key)
    if (!isName && meant === undefined)
        return new SettingKeyError(origin, knownSettings.has(key.trim()) ? key : undefined)
    if (known !== "any" && !known.has(key)) return new SettingUnknownError(origin, key, meant)
    if (value.includes("#")) return new SettingHashError(origin, key)
    if (value.trim() !== value) return new SettingBlankError(origin, key)
    return (
        textError(key, value, origin) ??
        (known === "any" ? undefined : valueError(key, meaning(value), origin)) ??
        sizeError(key, meaning(value), origin)
    )
}

/** Checks how a value is written. */
function textError(key: string, value: string, origin: Origin): SettingError | undefined {
    const means = meaning(value)
    if (value.startsWith('"') && typeof asJson(value) !== "string")
        return new SettingQuoteError(origin, key, "double")
    if (!value.startsWith('"') && (QUOTE.test(value[0] ?? "") || QUOTE.test(value.at(-1) ?? "")))
        return new SettingQuoteError(origin, key, "other")
    if (typeof means !== "string") return undefined
    if (INVISIBLE.test(means)) return new SettingInvisibleError(origin, key)
    if (means === value && value.includes("\\")) return new SettingBackslashError(origin, key)
    return undefined
}

/**
 * Checks a value for one of the program's settings, wherever it comes from. Returns `undefined` if it can be used. A value of
 * `undefined` deletes the setting, so that the program uses its default.
 */
export function valueError(key: string, value: unknown, origin: Origin): SettingError | undefined {
    const setting = knownSettings.get(key)
    if (!setting || value === undefined) return undefined
    const { kind, range, objection } = setting
    if (range) return isIn(range, value) ? undefined : new SettingRangeError(origin, key, value, range)
    if (kind === "text" && typeof value !== "string") return new SettingTypeError(origin, key)
    const against = objection?.(value as string)
    return against && new SettingValueError(origin, key, against.problem, against.cure)
}

function isIn({ least, most }: NumberRange, value: unknown): boolean {
    return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
}

/** Checks that the device can read the setting back. */
export function sizeError(key: string, value: unknown, origin: Origin): SettingTooLongError | undefined {
    const bytes = key.length + 1 + Buffer.byteLength(JSON.stringify(value) ?? "")
    return bytes > LARGEST_SETTING ? new SettingTooLongError(origin, key, bytes) : undefined
}

/** The parsed value if it is JSON, otherwise the text itself; `null` counts as text. */
function meaning(value: string): unknown {
    if (value === "") return undefined
    return asJson(value) ?? value
}

/** Parses JSON; `undefined` if the text is not JSON. */
function asJson(value: string): unknown {
    try {
        return JSON.parse(value)
    } catch {
        return undefined
    }
}
