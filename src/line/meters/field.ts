import type { Field, FieldType } from "./profile"

/** A field as a line of a table; see {@link Field}. An energy in kWh is a counter. */
export function field(
    name: string,
    unit: string,
    register: number,
    type: FieldType,
    decimals: number,
    min?: number,
    max?: number,
): Field {
    const made: { -readonly [K in keyof Field]: Field[K] } = { name, unit, register, type, decimals }
    if (min !== undefined) made.min = min
    if (max !== undefined) made.max = max
    if (unit === "kWh") made.counter = true
    return made
}
