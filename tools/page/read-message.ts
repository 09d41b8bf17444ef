import type { FromPage } from "./messages"

/** The required and optional fields of every message. */
const FIELDS: Readonly<Record<FromPage["type"], Readonly<Record<string, "string" | "number" | "string?">>>> =
    {
        watch: { meter: "string", quantity: "string" },
        begin: { fault: "string", part: "string?" },
        end: { fault: "string" },
        speed: { speed: "number" },
        play: { file: "string" },
        stop: {},
    }

/** Parses a message from a page; `undefined` if it is malformed. */
export function readMessage(text: string): FromPage | undefined {
    const message = parsed(text)
    if (typeof message !== "object" || message === null || Array.isArray(message)) return undefined
    const { type, ...rest } = message as Record<string, unknown>
    if (typeof type !== "string" || !Object.hasOwn(FIELDS, type)) return undefined
    const fields = FIELDS[type as FromPage["type"]]
    if (Object.keys(rest).some(name => !Object.hasOwn(fields, name))) return undefined
    for (const [name, kind] of Object.entries(fields)) {
        if (rest[name] === undefined && kind.endsWith("?")) continue
        if (typeof rest[name] !== kind.replace("?", "")) return undefined
    }
    return message as FromPage
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text)
    } catch {
        // Text that is not JSON is malformed too.
        return undefined
    }
}
