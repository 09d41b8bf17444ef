/** What a JSON text says; `undefined` when it is none. */
export function tryParse(text: string): unknown {
    try {
        return JSON.parse(text)
    } catch {
        return undefined
    }
}

/** A property of a parsed JSON text; `undefined` when the text is no object, or one without it. */
export function property(parsed: unknown, name: string): unknown {
    if (typeof parsed !== "object" || parsed === null) return undefined
    return (parsed as Record<string, unknown>)[name]
}
