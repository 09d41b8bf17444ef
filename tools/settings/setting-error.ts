import { hideKeys } from "../hide-keys"

/** Where a setting comes from: a line of a file, or an option of a command. */
export interface Origin {
    /** Name of the file or the option, as the owner knows it. */
    readonly name: string
    /** Number of the line in a file, from 1. */
    readonly line?: number
}

/**
 * A setting that would not reach the device as its owner means it.
 *
 * Values may be secrets: neither message nor fields hold one, but for a {@link SettingRangeError}.
 */
export abstract class SettingError extends Error {
    /**
     * @param origin where it is written
     * @param problem what is wrong with it
     * @param cure what the owner can do about it
     */
    constructor(
        readonly origin: Origin,
        readonly problem: string,
        readonly cure: string,
    ) {
        super(`${origin.name}${origin.line ? `, line ${origin.line}` : ""}: ${problem}. ${cure}`)
        this.name = new.target.name
    }
}

/** A line that is neither a comment nor `KEY=value`; the DeviceScript tools skip it silently. */
export class SettingSyntaxError extends SettingError {
    constructor(origin: Origin) {
        super(origin, "this is not a setting", "Write KEY=value, or begin a comment with #.")
    }
}

/** A line that is meant for a shell. */
export class SettingExportError extends SettingError {
    constructor(origin: Origin) {
        super(
            origin,
            "this begins with export, which would belong to the name",
            "Leave export out: KEY=value.",
        )
    }
}

/** A name that nobody reads; the value would be stored all the same, a misspelt password included. */
export class SettingUnknownError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
        /** What was perhaps meant. */
        readonly meant: string | undefined,
    ) {
        const cure = meant ? `Did you mean ${meant}?` : "The names are in .env.defaults."
        super(origin, `${key} is no setting that the program knows`, cure)
    }
}

/** A name that stands in the file already; the last one would count. */
export class SettingTwiceError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
        readonly firstLine: number,
    ) {
        super(origin, `${key} is there twice, first in line ${firstLine}`, "Remove one of the two.")
    }
}

/** Quotes that would become part of the value: single or typographic ones, or double ones around what is no JSON text. */
export class SettingQuoteError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
        kind: "double" | "other",
    ) {
        const problem = `the quotes of ${key} would become part of its value`
        const other =
            'Leave them out, or use double quotes ("). Those that belong to the value are written between double quotes.'
        const double =
            'Between double quotes (") write \\" for a quote and \\\\ for a backslash, and nothing before and behind them.'
        super(origin, problem, kind === "double" ? double : other)
    }
}

/** A backslash, which would stand in the value as it is, or be lost. */
export class SettingBackslashError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
    ) {
        const cure =
            'Leave it out; one that belongs to the value is written \\\\, with the value in double quotes (").'
        super(origin, `the value of ${key} contains a backslash, which would be taken as it is`, cure)
    }
}

/** A character that nobody sees. */
export class SettingInvisibleError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
    ) {
        const cure =
            'Type the value anew. A backslash that belongs to it is written \\\\, in double quotes (").'
        super(origin, `the value of ${key} contains a character that cannot be seen`, cure)
    }
}

/** A value that the program, EmonCMS or the WiFi would not take. */
export class SettingValueError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
        problem: string,
        cure: string,
    ) {
        super(origin, `the value of ${key} ${problem}`, cure)
    }
}

/** A file that is not saved as the DeviceScript tools read it. */
export class SettingsEncodingError extends SettingError {}

/** A `#` in or behind the value; the DeviceScript tools skip such a line silently. */
export class SettingHashError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
    ) {
        const cure = `Put comments on lines of their own. A # that belongs to the value is written "\\u0023", in double quotes.`
        super(origin, `${key} would be lost, because its line contains #`, cure)
    }
}

/** A key that the device cannot store, or that the program cannot ask for. */
export class SettingKeyError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
    ) {
        const cure = `Use at most ${LONGEST_KEY} capitals, digits and _, without blanks before and behind.`
        super(origin, `"${hideKeys(key)}" cannot be the name of a setting`, cure)
    }
}

/** Blanks before or behind a value, which would become part of it. */
export class SettingBlankError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
    ) {
        const cure = 'Remove it, or put double quotes (") around the value and the blank that belongs to it.'
        super(origin, `the value of ${key} begins or ends with a blank`, cure)
    }
}

/** A value that should be a text but that JSON reads as something else, such as a password of digits. */
export class SettingTypeError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
    ) {
        const cure = 'Put double quotes (") around it.'
        super(origin, `the value of ${key} would not be read as text`, cure)
    }
}

/** A value outside the range that the program takes; it would go by its default instead. The value is no secret. */
export class SettingRangeError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
        readonly value: unknown,
        readonly range: NumberRange,
    ) {
        const { least, most } = range
        const cure = `Use a whole number from ${least} to ${most}.`
        super(origin, `${key} cannot be ${JSON.stringify(value)}`, cure)
    }
}

/** Whole numbers from `least` to `most`, both included. */
export interface NumberRange {
    readonly least: number
    readonly most: number
}

/** A value that the device could store but not read back. */
export class SettingTooLongError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
        /** Bytes of key, separator and value. */
        readonly bytes: number,
    ) {
        const excess = bytes - LARGEST_SETTING
        super(origin, `the value of ${key} is ${excess} bytes too long for the device`, "Shorten it.")
    }
}

/** All that is wrong in the settings. */
export class SettingsError extends AggregateError {
    override readonly errors: SettingError[]

    constructor(errors: SettingError[]) {
        super(errors, errors.map(e => e.message).join("\n"))
        this.name = "SettingsError"
        this.errors = errors
    }
}

/** Most characters of a key: the limit of `readSetting` in `@devicescript/settings`. */
export const LONGEST_KEY = 13

/** Most bytes of key, separator and value that fit in the packet which brings a setting back to the program. */
export const LARGEST_SETTING = 232
