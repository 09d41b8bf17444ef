import { type Input, type InputName, inputsOf } from "../../emoncms/inputs"
import type { Meter, Reading } from "../../line/meters/profile"

/** The EmonCMS inputs of each meter. On a line with several meters their names begin with the meter's name. */
export class Inputs {
    private readonly several: boolean

    /**
     * @param names inputs and units that the owner wants different from the meter's
     * @throws NameError
     */
    constructor(
        meters: Meter[],
        private readonly names: InputName[],
    ) {
        this.several = meters.length > 1
        for (const meter of meters) this.of(meter)
    }

    /** Made anew each time: kept for eight meters, they would take 9 KB of the heap. */
    of(meter: Meter): Input[] {
        const { name, profile, address } = meter
        // one that is not on the line any more keeps the name that its readings were taken under
        const isNamed = address === 0 ? name !== "" : this.several
        return inputsOf(profile, this.names, isNamed ? name + "_" : "")
    }
}

/** Names of the inputs that have a value in the reading, and so are in its row. */
export function knownNames(inputs: Input[], { values }: Reading): string[] {
    const names: string[] = []
    for (let i = 0; i < inputs.length; i++) if (values[i] !== undefined) names.push(inputs[i].name)
    return names
}

/** The first of {@link knownNames}. */
export function firstKnown(inputs: Input[], { values }: Reading): string {
    for (let i = 0; i < inputs.length; i++) if (values[i] !== undefined) return inputs[i].name
    return inputs[0].name
}
