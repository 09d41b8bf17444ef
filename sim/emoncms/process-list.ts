import { decodeJson } from "./php/json"
import { isNumeric, type PhpValue, toInt, toText } from "./php/number"
import type { Notices } from "./php/output"
import { PROCESSES, type Process, type Storage } from "./processes"
import type { Release } from "./release"

const MODEL_FILE = "Modules/process/process_model.php"

/** A process list that EmonCMS refuses; the message is its reply. */
export class ProcessListError extends Error {
    override readonly name = "ProcessListError"
}

const JOIN = "process__log_to_feed_join"

const BY_ID = new Map([...PROCESSES.values()].map(process => [String(process.id), process]))

/** The process that a key of a process list stands for in this release, and the form in which the key is stored. */
function find(
    release: Release,
    key: string,
): { readonly process: Process; readonly stored: string } | undefined {
    const process = BY_ID.get(key) ?? PROCESSES.get(key)
    if (!process) return undefined
    const isNumber = BY_ID.has(key)
    const hasNumber = process !== PROCESSES.get(JOIN) || release.numbersJoin
    const stored = hasNumber ? String(process.id) : JOIN
    if (isNumber) return hasNumber ? { process, stored } : undefined
    const knowsNames = release.processLists === "json" || release.processLists === "names"
    const known = knowsNames && (process !== PROCESSES.get(JOIN) || release.knowsJoin)
    return known ? { process, stored } : undefined
}

/**
 * The stored form of a process list, `id:argument,id:argument`.
 *
 * @param release the version of EmonCMS that reads it
 * @param text `[{"fn":"process__log_to_feed","args":[1]}]`, `process__log_to_feed:1` or `1:1`; `undefined` if none was sent
 * @throws ProcessListError
 */
export function encodeProcessList(
    release: Release,
    text: string | undefined,
    storage: Storage,
    notices: Notices,
): string {
    const form = release.processLists
    if (form === "json") return encodeJsonList(text, storage, notices)
    return form === "unchecked" ? (text ?? "") : encodePairs(release, text ?? "", storage)
}

/** `process__scale:0.001,process__log_to_feed:1`, or with numbers. Anything that is not a pair is silently dropped. */
function encodePairs(release: Release, text: string, { feeds }: Storage): string {
    const pairs = text.split(",").map(pair => pair.split(":"))
    return pairs
        .filter(pair => pair.length === 2)
        .map(([key = "", argument = ""]) => {
            const found = find(release, key)
            if (!found) throw new ProcessListError(invalidProcess(release, key))
            const { process, stored } = found
            if (process.argument === "feed" && !feeds.find(toInt(argument))) {
                throw new ProcessListError("Invalid feed")
            }
            if (process.argument === "value" && !isNumeric(argument)) {
                throw new ProcessListError("Value is not numeric")
            }
            return `${stored}:${argument}`
        })
        .join(",")
}

function invalidProcess({ processLists }: Release, key: string): string {
    return processLists === "names" ? `Invalid process processid:${key}` : "Invalid process"
}

function encodeJsonList(json: string | undefined, { feeds }: Storage, notices: Notices): string {
    if (json === undefined) notices.missingJson(MODEL_FILE, 353)
    const list = decodeJson(json ?? "")
    if (list === undefined) throw new ProcessListError("Invalid process list format: ")
    if (typeof list !== "object" || list === null) throw new ProcessListError("Process list must be an array")
    return Object.values(list)
        .map((item, index) => {
            const { name, args } = readItem(item, index)
            const process = PROCESSES.get(name)
            if (!process) throw new ProcessListError(`Invalid process process key:${name}`)
            const [argument = null] = args
            if (args.length !== 1) {
                notices.print("Warning", "Undefined variable $processkey", { file: MODEL_FILE, line: 391 })
                throw new ProcessListError("Invalid number of arguments for process: ")
            }
            if (process.argument === "value" && !isNumeric(argument)) {
                throw new ProcessListError("Value is not numeric")
            }
            if (
                typeof argument === "object" ||
                (process.argument === "feed" && !feeds.find(toInt(argument)))
            ) {
                throw new ProcessListError("Invalid feed")
            }
            return `${process.id}:${toText(argument)}`
        })
        .join(",")
}

function readItem(item: PhpValue, index: number): { name: string; args: PhpValue[] } {
    const { fn, args } = (typeof item === "object" && item !== null ? item : {}) as Record<string, PhpValue>
    if (typeof fn !== "string") {
        throw new ProcessListError(`Missing process key in process list at index ${index}`)
    }
    if (typeof args !== "object" || args === null) {
        throw new ProcessListError(`Invalid or missing args in process list at index ${index}`)
    }
    return { name: fn, args: Object.values(args) }
}

/** Runs the steps of an encoded process list on a value. A step unknown to the release ends the list. */
export function runProcessList(
    release: Release,
    encoded: string,
    storage: Storage,
    time: number,
    value: number,
): void {
    let current = value
    for (const step of encoded.split(",")) {
        const [key = "", argument = ""] = step.split(":")
        const found = find(release, key)
        if (!found) return
        current = found.process.run(storage, argument, time, current)
    }
}
