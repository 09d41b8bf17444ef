import { parseDate } from "./php/date"
import type { Parameters } from "./php/form"
import { decodeJson } from "./php/json"
import { isNumeric, type PhpScalar, type PhpValue, toFloat, toInt, toText } from "./php/number"
import type { Notices } from "./php/output"
import { filterName, isUtf8 } from "./php/text"
import type { Release } from "./release"

/** Values of one node at one time, as given in a request; names are not filtered yet. */
export interface Submission {
    readonly node: string
    /** Seconds since the Unix epoch. */
    readonly time: number
    readonly values: ReadonlyMap<string, PhpScalar>
}

/** Content that EmonCMS refuses; the message goes into its reply. */
export class InputFormatError extends Error {
    override readonly name = "InputFormatError"
}

const METHODS_FILE = "Modules/input/input_methods.php"

/**
 * Reads the parameters of `/input/post`. The content comes from the first of `json`, `fulljson`, `csv` and `data` that is
 * present. If `fulljson` is present, the content is read as strict JSON, wherever it comes from.
 *
 * @param release the version of EmonCMS that reads it
 * @param pathNode node in the path, which overrides the parameter; empty for none
 * @param now the server's time in seconds, for a missing or unreadable time
 * @throws InputFormatError
 */
export function readPost(
    release: Release,
    pathNode: string,
    parameters: Parameters,
    now: number,
    notices: Notices,
): Submission {
    const chosenNode = pathNode !== "" && pathNode !== "0" ? pathNode : (parameters.get("node") ?? "0")
    const node = filterName(chosenNode) || "0"
    const content =
        ["json", "fulljson", "csv", "data"].map(name => parameters.get(name)).find(isPresent) ?? ""
    if (content === "") throw new InputFormatError("Request contains no data via csv, json or data tag")
    if (release.forgetsVariable) {
        notices.print("Warning", "Undefined variable $jsondataLC", { file: METHODS_FILE, line: 60 })
    }
    const timeParameter = parameters.get("time")
    const time = timeParameter === undefined ? now : readTime(timeParameter, now)
    if (!parameters.has("fulljson")) return { node, time, values: readPairs(content, notices) }
    const fields = readFullJson(content)
    if (timeParameter !== undefined) return { node, time, values: readValues(fields) }
    const [, timeField] = fields.findLast(([name]) => name.toLowerCase() === "time") ?? []
    return {
        node,
        time: timeField === undefined ? now : readTime(timeField, now),
        values: readValues(fields.filter(([name]) => name !== "time")),
    }
}

function isPresent<T>(value: T | undefined): value is T {
    return value !== undefined
}

/** A time given as a number or a date; the server's time for anything else. */
function readTime(time: PhpValue, now: number): number {
    if (isNumeric(time)) return toInt(time)
    return typeof time === "string" ? (parseDate(time) ?? now) : now
}

/** The members of a JSON object of scalars, or of an array, whose names are 0, 1, 2... */
function readFullJson(content: string): [string, PhpScalar][] {
    const json = decodeJson(content, 2)
    if (typeof json !== "object" || json === null) {
        throw new InputFormatError("Input in not a valid JSON object")
    }
    return Object.entries(json) as [string, PhpScalar][]
}

/**
 * Numbers, numeric text, `true` and the word `null` become text, integers with all their digits. Anything else becomes a
 * float.
 */
function readValues(fields: [string, PhpScalar][]): Map<string, PhpScalar> {
    return new Map(fields.map(([name, value]) => [name, keepsType(value) ? toText(value) : toFloat(value)]))
}

function keepsType(value: PhpScalar): boolean {
    return isNumeric(value) || value === "null" || value === true
}

/** The lenient format, `{a:1,b:2}` or `1,2,3`: drops everything but names, numbers, colons and commas first. */
function readPairs(content: string, notices: Notices): Map<string, number> {
    if (!isUtf8(content)) {
        const message = "explode(): Passing null to parameter #2 ($string) of type string is deprecated"
        notices.print("Deprecated", message, { file: METHODS_FILE, line: 162 })
    }
    const pairs = isUtf8(content) ? content.replace(/[^\p{N}\p{L}_\s\-.:,]/gu, "") : ""
    const values = new Map<string, number>()
    let position = 0
    for (const pair of pairs.split(",")) {
        const [first = "", second] = pair.split(":")
        if (second === undefined) {
            if (!isNumeric(first) && first !== "null") {
                throw new InputFormatError("Format error: csv value is not numeric")
            }
            values.set(String(++position), toFloat(first))
        } else {
            if (first === "")
                throw new InputFormatError("Format error, json key missing or invalid character")
            if (!isNumeric(second) && second !== "null") {
                throw new InputFormatError("Format error, json value is not numeric")
            }
            values.set(first, toFloat(second))
        }
    }
    return values
}
