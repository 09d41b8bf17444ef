import { decodeJson } from "./php/json"
import { isNumeric, type PhpValue, toInt, toText } from "./php/number"
import { PROCESSES, type Storage } from "./processes"
import type { ProcessListForm } from "./release"

/** A process list that EmonCMS refuses; the message is its reply. */
export class ProcessListError extends Error {
    override readonly name = "ProcessListError"
}

const BY_ID = new Map([...PROCESSES.values()].map(process => [String(process.id), process]))

/**
 * The stored form of a process list, `id:argument,id:argument`.
 *
 * @param form what the release takes
 * @param text `[{"fn":"process__log_to_feed","args":[1]}]`, `process__log_to_feed:1` or `1:1`
 * @throws ProcessListError
 */
export function encodeProcessList(form: ProcessListForm, text: string, storage: Storage): string {
    if (form === "json") return encodeJsonList(text, storage)
    return form === "unchecked" ? text : encodePairs(form, text, storage)
}

/** `process__scale:0.001,process__log_to_feed:1`, or with numbers. What is no pair is left out without a word. */
function encodePairs(form: "names" | "numbers", text: string, { feeds }: Storage): string {
    const pairs = text.split(",").map(pair => pair.split(":"))
    return pairs
        .filter(pair => pair.length === 2)
        .map(([key = "", argument = ""]) => {
            const process = BY_ID.get(key) ?? (form === "names" ? PROCESSES.get(key) : undefined)
            if (!process) throw new ProcessListError(invalidProcess(form, key))
            if (process.argument === "feed" && !feeds.find(toInt(argument))) {
                throw new ProcessListError("Invalid feed")
            }
            if (process.argument === "value" && !isNumeric(argument)) {
                throw new ProcessListError("Value is not numeric")
            }
            return `${process.id}:${argument}`
        })
        .join(",")
}

function invalidProcess(form: "names" | "numbers", key: string): string {
    return form === "names" ? `Invalid process processid:${key}` : "Invalid process"
}

function encodeJsonList(json: string, { feeds }: Storage): string {
    const list = decodeJson(json)
    if (list === undefined) throw new ProcessListError("Invalid process list format: ")
    if (typeof list !== "object" || list === null) throw new ProcessListError("Process list must be an array")
    return Object.values(list)
        .map((item, index) => {
            const { name, args } = readItem(item, index)
            const process = PROCESSES.get(name)
            if (!process) throw new ProcessListError(`Invalid process process key:${name}`)
            const [argument = null] = args
            if (args.length !== 1) {
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

/** Runs the steps of an encoded process list on a value. */
export function runProcessList(encoded: string, storage: Storage, time: number, value: number): void {
    let current = value
    for (const step of encoded.split(",")) {
        const [id = "", argument = ""] = step.split(":")
        const process = BY_ID.get(id)
        if (process) current = process.run(storage, argument, time, current)
    }
}
