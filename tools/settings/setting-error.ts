/** The source of a setting: a line of a file, or an option of a command. */
export interface Origin {
    /** Name of the file or the option, as the owner knows it. */
    readonly name: string
    /** Number of the line in a file, from 1. */
    readonly line?: number
}

/**
 * A setting that would not reach the device as its owner means it.
 *
 * Values may be secret, so neither message nor fields contain one, except in a {@link SettingRangeError}.
 */
export abstract class SettingError extends Error {
    /**
     * @param origin where the setting is written
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

/** A line that is neither a comment nor `KEY=value`. The DeviceScript tools skip it silently. */
export class SettingSyntaxError extends SettingError {
    constructor(origin: Origin) {
        super(origin, "this is not a setting", "Write KEY=value, or begin a comment with #.")
    }
}

/** A line written for a shell. */
export class SettingExportError extends SettingError {
    constructor(origin: Origin) {
        super(
            origin,
            "this begins with export, which would become part of the name",
            "Leave export out: KEY=value.",
        )
    }
}

/** A name that nothing reads. Its value would be stored nonetheless, even a password under a misspelled name. */
export class SettingUnknownError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
        /** The setting that was probably meant. */
        readonly meant: string | undefined,
    ) {
        const cure = meant ? `Did you mean ${meant}?` : "The names are in .env.defaults."
        super(origin, `${key} is not a setting that the program knows`, cure)
    }
}

/** A name that is already in the file. The last one would count. */
export class SettingTwiceError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
        readonly firstLine: number,
    ) {
        super(origin, `${key} appears twice, first in line ${firstLine}`, "Remove one of the two.")
    }
}

/** Quotes that would become part of the value: single or typographic ones, or double ones that do not form a JSON string. */
export class SettingQuoteError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
        kind: "double" | "other",
    ) {
        const problem = `the quotes of ${key} would become part of its value`
        const other =
            'Leave them out, or use double quotes ("). Put quotes that belong to the value inside double quotes.'
        const double =
            'Inside double quotes ("), write \\" for a quote and \\\\ for a backslash, and nothing before or after them.'
        super(origin, problem, kind === "double" ? double : other)
    }
}

/** A backslash, which would be taken literally. */
export class SettingBackslashError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
    ) {
        const cure =
            'Leave it out. If it belongs to the value, write it as \\\\, with the value in double quotes (").'
        super(origin, `the value of ${key} contains a backslash, which would be taken literally`, cure)
    }
}

/** An invisible character. */
export class SettingInvisibleError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
    ) {
        const cure =
            'Type the value again. Write a backslash that belongs to it as \\\\, in double quotes (").'
        super(origin, `the value of ${key} contains an invisible character`, cure)
    }
}

/** A value that the program, EmonCMS or the WiFi would not accept. */
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

/** A file in an encoding that the DeviceScript tools do not read. */
export class SettingsEncodingError extends SettingError {}

/** A `#` in or after the value. The DeviceScript tools skip such a line silently. */
export class SettingHashError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
    ) {
        const cure = `Put comments on separate lines. Write a # that belongs to the value as "\\u0023", in double quotes.`
        super(origin, `${key} would be lost, because its line contains #`, cure)
    }
}

/** A name that the device cannot store, or that the program cannot ask for. */
export class SettingKeyError extends SettingError {
    /** @param key the name if it resembles that of a setting; anything else may be the second line of a password */
    constructor(
        origin: Origin,
        readonly key: string | undefined,
    ) {
        const cure = `Use at most ${LONGEST_KEY} capitals, digits and _, without spaces around the name.`
        super(origin, `${key === undefined ? "this" : `"${key}"`} cannot be the name of a setting`, cure)
    }
}

/** Blanks before or after a value, which would become part of it. */
export class SettingBlankError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
    ) {
        const cure = 'Remove it, or put double quotes (") around the value and its space.'
        super(origin, `the value of ${key} begins or ends with a space`, cure)
    }
}

/** A value that should be text but that JSON reads as something else, such as a password of digits. */
export class SettingTypeError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
    ) {
        const cure = 'Put double quotes (") around it.'
        super(origin, `the value of ${key} would not be read as text`, cure)
    }
}

/** A value outside the accepted range; the program would use its default instead. The value is not secret. */
export class SettingRangeError extends SettingError {
    constructor(
        origin: Origin,
        readonly key: string,
        readonly value: unknown,
        readonly range: NumberRange,
    ) {
        const { least, most } = range
        const cure = least === most ? `Use ${least}.` : `Use a whole number from ${least} to ${most}.`
        super(origin, `${key} cannot be ${JSON.stringify(value)}`, cure)
    }
}

/** Whole numbers from `least` to `most`, inclusive. */
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

/** All mistakes in the settings. */
export class SettingsError extends AggregateError {
    override readonly errors: SettingError[]

    constructor(errors: SettingError[]) {
        super(errors, errors.map(e => e.message).join("\n"))
        this.name = "SettingsError"
        this.errors = errors
    }
}

/** Longest key, in characters: the limit of `readSetting` in `@devicescript/settings`. */
export const LONGEST_KEY = 13

/** Most bytes of key, separator and value that fit in the packet that returns a setting to the program. */
export const LARGEST_SETTING = 232
