import type { Field } from "../line/meters/profile"
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
        const input = inputOf(field, names, prefix)
        const { name } = input
        checkName("input", name)
        for (const other of inputs)
            if (other.name === name)
                throw new NameError("input", name, "is there twice", "give each field its own")
        inputs.push(input)
    }
    return inputs
}

function inputOf(field: Field, names: InputName[], prefix: string): Input {
    let { name, unit, decimals } = field
    for (const wanted of names) {
        if (wanted.field !== field.name) continue
        name = wanted.name
        if (wanted.unit === "kWh") unit = "Wh"
    }
    let factor = 1
    if (unit === "kWh") {
        decimals = decimals - 3
        for (; decimals < 0; decimals++) factor = factor * 10
    }
    return { name: prefix + name, factor, decimals }
}
