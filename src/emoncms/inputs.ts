import type { Profile } from "../line/meters/profile"
import { Cell, Flag, ROW } from "../line/meters/row"
import { decimalsAt } from "../line/meters/table"
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
export function inputsOf(profile: Profile, names: InputName[], prefix = ""): Input[] {
    const inputs: Input[] = []
    const { table, labels } = profile
    const fields = labels()
    for (let row = 0; row < table.length; row = row + ROW) {
        const isEnergy = (table[row + Cell.Format] & Flag.Energy) > 0
        const input = inputOf(fields[(2 * row) / ROW], isEnergy, decimalsAt(table, row), names, prefix)
        const { name } = input
        checkName("input", name)
        for (const other of inputs)
            if (other.name === name)
                throw new NameError("input", name, "is there twice", "give each field its own")
        inputs.push(input)
    }
    return inputs
}

function inputOf(
    field: string,
    isEnergy: boolean,
    decimals: number,
    names: InputName[],
    prefix: string,
): Input {
    let name = field
    let inWattHours = isEnergy
    for (const wanted of names) {
        if (wanted.field !== field) continue
        name = wanted.name
        if (wanted.unit === "kWh") inWattHours = false
    }
    let factor = 1
    if (inWattHours) {
        decimals = decimals - 3
        for (; decimals < 0; decimals++) factor = factor * 10
    }
    return { name: prefix + name, factor, decimals }
}
