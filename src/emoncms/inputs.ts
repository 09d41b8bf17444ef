import type { Field } from "../meters/profile"
import { checkName, NameError } from "./names"

/** What the owner wants a field of a reading to be called in EmonCMS, and in which unit to have it. */
export interface InputName {
    readonly field: string
    readonly name: string
    /** Only for an energy: `Wh`, also if left out, or `kWh`. */
    readonly unit?: "Wh" | "kWh"
}

/** How one value of a reading is uploaded: as `value * factor`, with `decimals` digits behind the point. */
export interface Input {
    readonly name: string
    readonly factor: number
    readonly decimals: number
}

/**
 * The inputs of a meter, one for each of its fields and in their order.
 *
 * Energies go out in Wh: EmonCMS keeps feeds as 32-bit floats, in which a kWh register with three decimals loses its
 * last digit above 8192 kWh, but whole Wh are exact up to 16777 kWh.
 *
 * @param names other names and units; those of fields that the meter does not have are ignored
 * @param prefix what every name begins with
 * @throws NameError when EmonCMS would not take a name as it is, or two fields would share one
 */
export function inputsOf(fields: Field[], names: InputName[], prefix = ""): Input[] {
    const inputs: Input[] = []
    for (const field of fields) {
        const input = inputOf(field, findName(names, field.name), prefix)
        checkName("input", input.name)
        for (const other of inputs)
            if (other.name === input.name)
                throw new NameError("input", input.name, "is there twice", "give each field its own")
        inputs.push(input)
    }
    return inputs
}

function findName(names: InputName[], field: string): InputName {
    for (const name of names) if (name.field === field) return name
    return undefined
}

function inputOf(field: Field, wanted: InputName, prefix: string): Input {
    const name = prefix + (wanted ? wanted.name : field.name)
    if (field.unit !== "kWh" || (wanted && wanted.unit === "kWh"))
        return { name, factor: 1, decimals: field.decimals }
    if (field.decimals >= 3) return { name, factor: 1, decimals: field.decimals - 3 }
    return { name, factor: Math.pow(10, 3 - field.decimals), decimals: 0 }
}
