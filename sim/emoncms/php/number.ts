/**
 * PHP 8.2's conversions between text and numbers, as far as EmonCMS depends on them.
 * Sources: the PHP manual (numeric strings, `precision`), checked with php8.2-cli.
 */

/** The types that a last value can have. */
export type PhpScalar = null | boolean | number | string

/** The types that JSON can hold. */
export type PhpValue = PhpScalar | PhpValue[] | { [name: string]: PhpValue }

const NUMERIC = /^[ \t\n\r\v\f]*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?[ \t\n\r\v\f]*$/i
const LEADING_NUMBER = /^[ \t\n\r\v\f]*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)/i

/** The largest and smallest integers of PHP on 64 bits; text beyond them saturates. */
const INT_MAX = 2 ** 63
const INT_MIN = -(2 ** 63)

/** `is_numeric`: a number, or text that is a number with optional blanks around it. */
export function isNumeric(value: PhpValue): boolean {
    return typeof value === "number" || (typeof value === "string" && NUMERIC.test(value))
}

/** The number at the beginning of a text; 0 if there is none. */
function leadingNumber(text: string): number {
    return Number(LEADING_NUMBER.exec(text)?.[1] ?? 0)
}

/** `(float) $value`. An object counts as 1; PHP also prints a warning, which is left to the caller. */
export function toFloat(value: PhpValue): number {
    if (typeof value === "number") return value
    if (typeof value === "string") return leadingNumber(value)
    if (Array.isArray(value)) return value.length > 0 ? 1 : 0
    return value ? 1 : 0
}

/** `(int) $value`: truncated, and saturated at 64 bits. Never -0. */
export function toInt(value: PhpValue): number {
    const number = Math.trunc(toFloat(value))
    if (Number.isNaN(number)) return 0
    return Math.min(INT_MAX, Math.max(INT_MIN, number)) || 0
}

/** `$value == ""`. */
export function equalsEmptyText(value: PhpValue): boolean {
    return value === "" || value === null || value === false
}

/** `$value == null`. */
export function equalsNull(value: PhpValue): boolean {
    return equalsEmptyText(value) || value === 0 || (Array.isArray(value) && value.length === 0)
}

/** Whether PHP reads a JSON number as an integer, whose text has all of its digits. */
function isInt(value: number): boolean {
    return Number.isInteger(value) && Math.abs(value) < INT_MAX && !Object.is(value, -0)
}

/** `(string) $value` of a scalar from JSON. */
export function toText(value: PhpScalar): string {
    if (typeof value === "string") return value
    if (typeof value !== "number") return value ? "1" : ""
    return isInt(value) ? String(value) : floatToText(value)
}

/**
 * `(string) $float`: rounded to 14 significant digits (php.ini `precision`), exponent form from 1.0E+14 upwards and below
 * 0.0001. Ties are rounded up, whereas PHP rounds to the even digit.
 */
export function floatToText(value: number): string {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "NAN" : value > 0 ? "INF" : "-INF"
    const [digits, exponent] = significant(value.toExponential(13))
    return layOut(value, digits, exponent, 14, "E")
}

/** A float as `json_encode` writes it: as many digits as needed, exponent form from 1.0e+17 upwards and below 0.0001. */
export function floatToJson(value: number): string {
    const [digits, exponent] = significant(value.toExponential())
    return layOut(value, digits, exponent, 17, "e")
}

/** The digits without trailing zeros, and the power of ten of the first digit. */
function significant(exponential: string): [string, number] {
    const [mantissa, exponent] = exponential.split("e") as [string, string]
    return [mantissa.replace(/[-.]/g, "").replace(/(?<=.)0+$/, ""), Number(exponent)]
}

function layOut(value: number, digits: string, exponent: number, limit: number, mark: "e" | "E"): string {
    const sign = value < 0 || Object.is(value, -0) ? "-" : ""
    if (exponent < -4 || exponent >= limit) {
        const power = (exponent < 0 ? "-" : "+") + Math.abs(exponent)
        return `${sign}${digits[0]}.${digits.slice(1) || "0"}${mark}${power}`
    }
    if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`
    const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0")
    const fraction = digits.slice(exponent + 1)
    return sign + (fraction ? `${whole}.${fraction}` : whole)
}
