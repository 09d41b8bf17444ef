import type { Field, Profile } from "./profile"
import { ROW } from "./row"
import { decimalsAt } from "./table"

/** A field of a profile by its index. */
export function fieldAt(profile: Profile, index: number): Field {
    const labels = profile.labels()
    return {
        name: labels[2 * index],
        unit: labels[2 * index + 1],
        decimals: decimalsAt(profile.table, index * ROW),
    }
}

/** The index of a field by its name; -1 if the profile has none. */
export function fieldIndex({ labels }: Profile, name: string): number {
    const at = labels().indexOf(name)
    return at < 0 ? at : at / 2
}

/** How many fields a profile has. */
export function fieldCount({ table }: Profile): number {
    return table.length / ROW
}
