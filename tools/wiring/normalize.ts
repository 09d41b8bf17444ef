import { isFile } from "../meters/catalog"

/** Properties whose values are printed in capitals on meters and boards, but written in lowercase here. */
const NAMES = ["model", "driver", "board"]

/**
 * Trims the values of these properties in a configuration and puts them into lowercase. Keeps the capitals of a model file's
 * path, and leaves everything of another shape as it is, which the schema reports.
 */
export function normalized(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(normalized)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [
            key,
            NAMES.includes(key) && typeof entry === "string"
                ? withoutCapitals(entry.trim())
                : normalized(entry),
        ]),
    )
}

function withoutCapitals(name: string): string {
    return /[/\\]/.test(name) || isFile(name) ? name : name.toLowerCase()
}
