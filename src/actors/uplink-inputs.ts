import { type Input, type InputName, inputsOf } from "../emoncms/inputs"
import type { Meter, Reading } from "../meters/profile"

/** The EmonCMS inputs of each meter. On a line with several meters their names begin with the meter's name. */
export class Inputs {
    private readonly rows: { meter: Meter; inputs: Input[] }[]

    /**
     * @param names inputs and units that the owner wants different from the meter's
     * @throws NameError
     */
    constructor(meters: Meter[], names: InputName[]) {
        const several = meters.length > 1
        this.rows = meters.map(meter => {
            const prefix = several ? meter.name + "_" : ""
            return { meter, inputs: inputsOf(meter.profile.fields, names, prefix) }
        })
    }

    of(meter: Meter): Input[] {
        const row = this.rows.find(r => r.meter === meter)
        return row.inputs
    }

    /** Name of the first input that has a value in the reading, and so is in its row. */
    firstKnown({ meter, values }: Reading): string {
        const known = values.findIndex(value => value !== undefined)
        return this.of(meter)[Math.max(known, 0)].name
    }
}
