/** Names that are printed in capitals on meters and boards, and written in small letters here. */
const NAMES = ["model", "driver", "board"]

/**
 * A configuration with those names in small letters and without blanks around them. A model that is a file stays as it is.
 * Whatever has another shape stays, too, for the schema to complain about.
 */
export function normalised(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(normalised)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [
            key,
            NAMES.includes(key) && typeof entry === "string" && !/[/\\]/.test(entry)
                ? entry.trim().toLowerCase()
                : normalised(entry),
        ]),
    )
}
