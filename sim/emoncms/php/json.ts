import { floatToJson, type PhpValue } from "./number"
import { isUtf8 } from "./text"

/**
 * `json_decode`. One difference: names that are whole numbers come before all others of an object.
 *
 * @param depth nesting levels allowed, where a scalar counts as one: 2 allows an object of scalars
 * @returns `undefined` where PHP reports an error
 */
export function decodeJson(text: string, depth = 512): PhpValue | undefined {
    if (!isUtf8(text)) return undefined
    let value: PhpValue
    try {
        value = JSON.parse(text)
    } catch {
        return undefined // PHP's parser accepts and refuses the same texts as ECMAScript's.
    }
    return levels(value) > depth ? undefined : value
}

function levels(value: PhpValue): number {
    if (typeof value !== "object" || value === null) return 1
    let deepest = 1
    for (const item of Object.values(value)) deepest = Math.max(deepest, levels(item))
    return 1 + deepest
}

/** The values that `json_encode` gets here: a map is an associative array of PHP, a plain object has fixed fields. */
export type JsonReply =
    | null
    | boolean
    | number
    | string
    | JsonReply[]
    | Map<string, JsonReply>
    | { [field: string]: JsonReply }

/** `json_encode`. A map with the keys 0, 1, 2... in this order, or with no keys, is a list in PHP and becomes an array. */
export function encodeJson(value: JsonReply): string {
    if (typeof value === "number") return floatToJson(value)
    if (typeof value === "string") return encodeText(value)
    if (typeof value !== "object" || value === null) return String(value)
    if (Array.isArray(value)) return encodeList(value)
    if (!(value instanceof Map)) return encodeFields(Object.entries(value))
    const isList = [...value.keys()].every((key, index) => key === String(index))
    return isList ? encodeList([...value.values()]) : encodeFields([...value])
}

function encodeList(items: JsonReply[]): string {
    return `[${items.map(encodeJson).join(",")}]`
}

function encodeFields(entries: [string, JsonReply][]): string {
    return `{${entries.map(([name, item]) => `${encodeText(name)}:${encodeJson(item)}`).join(",")}}`
}

function encodeText(text: string): string {
    return JSON.stringify(text)
        .replaceAll("/", "\\/")
        .replace(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
}
