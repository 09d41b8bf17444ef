/** Properties whose values are printed in capitals on meters and boards, but written in lowercase here. */
const NAMES = ["model", "driver", "board"]

/**
 * Trims the values of these properties in a configuration and puts them into lowercase. Leaves the path of a model file as it
 * is, and also everything of another shape, which the schema reports.
 */
export function normalized(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(normalized)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [
            key,
            NAMES.includes(key) && typeof entry === "string" && !/[/\\]/.test(entry)
                ? entry.trim().toLowerCase()
                : normalized(entry),
        ]),
    )
}
