import { unzlib } from "./compression"
import { InputFormatError, type Submission } from "./input-post"
import type { Parameters } from "./php/form"
import { decodeJson } from "./php/json"
import { equalsEmptyText, equalsNull, type PhpValue, toFloat, toInt, toText } from "./php/number"
import { type Frame, type Notices, PhpFatalError } from "./php/output"
import type { Release } from "./release"

const METHODS_FILE = "Modules/input/input_methods.php"
const MODEL_FILE = "Modules/input/input_model.php"
const NOT_VALID = "Format error, json string supplied is not valid"

const BULK_TRACE: readonly Frame[] = [
    { file: "Modules/input/input_controller.php", line: 70, call: "InputMethods->bulk" },
    { file: "core.php", line: 111, call: "input_controller" },
    { file: "index.php", line: 258, call: "controller" },
]

/** The errors with which PHP stops in the middle of a batch. */
const fatal = {
    count: (value: PhpValue, line: number) =>
        new PhpFatalError(
            "TypeError",
            `count(): Argument #1 ($value) must be of type Countable|array, ${typeName(value)} given`,
            { file: METHODS_FILE, line },
            BULK_TRACE,
        ),
    rowIsObject: () =>
        new PhpFatalError(
            "Error",
            "Cannot use object of type stdClass as array",
            { file: METHODS_FILE, line: 247 },
            BULK_TRACE,
        ),
    valueIsArray: () =>
        new PhpFatalError(
            "TypeError",
            "strlen(): Argument #1 ($string) must be of type string, array given",
            { file: METHODS_FILE, line: 292 },
            BULK_TRACE,
        ),
    nodeIsArray: () =>
        new PhpFatalError(
            "TypeError",
            "Illegal offset type in isset or empty",
            { file: MODEL_FILE, line: 110 },
            [
                { file: METHODS_FILE, line: 318, call: "Input->validate_access" },
                { file: METHODS_FILE, line: 300, call: "InputMethods->process_node" },
                ...BULK_TRACE,
            ],
        ),
}

function typeName(value: PhpValue): string {
    if (value === null) return "null"
    if (typeof value === "number") return Number.isInteger(value) ? "int" : "float"
    if (typeof value === "boolean") return "bool"
    return typeof value === "string" ? "string" : "stdClass"
}

/**
 * Reads the rows of `/input/bulk` one by one, in order. The server stores each row before it looks at the next, so an error
 * leaves the earlier rows stored.
 *
 * @param release the version of EmonCMS that reads it
 * @param body the raw body, which is the data if there is a `cb`
 * @param now the server's time in seconds
 * @throws InputFormatError
 * @throws PhpFatalError
 */
export function* readBulk(
    release: Release,
    parameters: Parameters,
    body: Buffer,
    now: number,
    notices: Notices,
): Generator<Submission> {
    const text = readData(release, parameters, body)
    const isMissing = text === undefined && release.noticesNothing && !release.checksBulkData
    if (isMissing) notices.missingJson(METHODS_FILE, 236)
    const data = decodeJson(text ?? "") ?? null
    if (release.checksBulkData && equalsNull(data)) throw new InputFormatError(NOT_VALID)
    const length = count(data, 243, release, notices)
    if (length === 0) throw new InputFormatError(NOT_VALID)
    const rows = Array.isArray(data) ? data : onlyRow(data)
    const reference = timeReference(parameters, lastOffset(rows), now)
    for (const row of rows) {
        if (count(row, 268, release, notices) <= 2) continue
        yield readRow(release, row as PhpValue[], reference, notices)
    }
}

/** `count()`: the number of members of a list. For anything else, older versions of PHP return 1, or 0 for null. */
function count(value: PhpValue, line: number, { countFault }: Release, notices: Notices): number {
    if (Array.isArray(value)) return value.length
    if (countFault === "throws") throw fatal.count(value, line)
    if (countFault === "warns") {
        const message = "count(): Parameter must be an array or an object that implements Countable"
        notices.print("Warning", message, { file: METHODS_FILE, line })
    }
    return value === null ? 0 : 1
}

/** Stand-in for the last row when the data is not a list: PHP finds nothing in it, or fails. */
function onlyRow(data: PhpValue): PhpValue[] {
    if (isObject(data)) throw fatal.rowIsObject()
    return [null]
}

/** The JSON text, decompressed if necessary; `undefined` if none was sent. */
function readData(release: Release, parameters: Parameters, body: Buffer): string | undefined {
    if (release.unpacksBody && parameters.has("cb")) return unzlib(body) ?? ""
    const data = parameters.get("data")
    if (!release.unpacksHex || !parameters.has("c")) return data
    if (data === undefined) throw new InputFormatError("Format error, compressed hex not valid")
    if (!/^([0-9a-f]{2})+$/i.test(data)) throw new InputFormatError("Format error, compressed hex not valid")
    return unzlib(Buffer.from(data, "hex")) ?? ""
}

/** The time of the last row. It must exist even if it is not used. */
function lastOffset(rows: PhpValue[]): PhpValue {
    const last = rows.at(-1) ?? null
    if (typeof last === "object" && last !== null && !Array.isArray(last)) throw fatal.rowIsObject()
    const offset = Array.isArray(last) || typeof last === "string" ? (last[0] ?? null) : null
    if (offset === null) {
        throw new InputFormatError("Format error, last item in bulk data does not contain any data")
    }
    return offset
}

/** The reference for the times of all rows: `sentat`, else `offset`, else `time`; without them, the last row's time is now. */
function timeReference(parameters: Parameters, lastOffset: PhpValue, now: number): number {
    const sentOrOffset = parameters.get("sentat") ?? parameters.get("offset")
    if (sentOrOffset !== undefined) return now - toInt(sentOrOffset)
    const time = parameters.get("time")
    return time === undefined ? now - toInt(lastOffset) : toInt(time)
}

function readRow(release: Release, row: PhpValue[], reference: number, notices: Notices): Submission {
    const [offset = null, node = null, ...items] = row
    if (isObject(offset)) warnConversion("int", 271, notices)
    if (isObject(node)) throw new InputFormatError("Format error, node must not be an object")
    const values = new Map<string, number>()
    let position = 1
    for (const item of items) {
        if (isObject(item)) {
            for (const [name, value] of members(release, item, notices)) {
                if (isObject(value)) warnConversion("float", 288, notices)
                values.set(name, toFloat(value))
            }
        } else {
            if (Array.isArray(item) && release.countFault !== "throws") continue
            if (Array.isArray(item) && item.length > 0) throw fatal.valueIsArray()
            values.set(String(position++), toFloat(item))
        }
    }
    if (Array.isArray(node)) throw fatal.nodeIsArray()
    return { node: equalsEmptyText(node) ? "0" : toText(node), time: reference + toInt(offset), values }
}

/** The named values of an object that are stored: all of them, or only the first. */
function members(
    release: Release,
    item: { [name: string]: PhpValue },
    notices: Notices,
): [name: string, value: PhpValue][] {
    const all = Object.entries(item)
    if (release.storesWholeObjects) return all
    for (const call of release.noticesInputs ? ["current", "key"] : []) {
        const message = `${call}(): Calling ${call}() on an object is deprecated`
        notices.print("Deprecated", message, { file: METHODS_FILE, line: 288 })
    }
    return [all[0] ?? ["", false]]
}

function isObject(value: PhpValue): value is { [name: string]: PhpValue } {
    return typeof value === "object" && value !== null && !Array.isArray(value)
}

function warnConversion(type: "int" | "float", line: number, notices: Notices): void {
    const message = `Object of class stdClass could not be converted to ${type}`
    notices.print("Warning", message, { file: METHODS_FILE, line })
}
