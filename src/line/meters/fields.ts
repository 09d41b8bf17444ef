import type { Field, Profile } from "./profile"
import { ROW } from "./row"
import { decimalsAt } from "./table"

/** A field of a profile by its number. */
export function fieldAt(profile: Profile, index: number): Field {
    const { names, units, table } = profile
    return {
        name: names.split(",")[index],
        unit: units.split(",")[index],
        decimals: decimalsAt(table, index * ROW),
    }
}

/** The number of the field with a name; -1 if the profile has none. */
export function fieldIndex({ names }: Profile, name: string): number {
    return names.split(",").indexOf(name)
}

/** How many fields a profile has. */
export function fieldCount({ table }: Profile): number {
    return table.length / ROW
}
