import type { InputSet } from "../../emoncms/inputs"
import type { Meter, Reading } from "../../line/meters/profile"

/** The EmonCMS inputs of each meter. On a line with several meters their names begin with the meter's name. */
export class Inputs {
    /** All inputs of all meters. */
    readonly count: number

    /** @param sets for each meter */
    constructor(
        private readonly meters: Meter[],
        private readonly sets: InputSet[],
    ) {
        this.count = this.first(meters.length)
    }

    /** Number of a meter. */
    numberOf(meter: Meter): number {
        return this.meters.indexOf(meter)
    }

    /** Those of a meter, by its number; their names stand behind {@link prefix}. */
    of(meter: number): InputSet {
        return this.sets[meter]
    }

    prefix(meter: number): string {
        return this.meters.length > 1 ? this.meters[meter].name + "_" : ""
    }

    /** How many inputs the meters before it have. */
    first(meter: number): number {
        let first = 0
        for (let i = 0; i < meter; i++) first += this.sets[i].names.length
        return first
    }

    /** Names of the inputs that have a value in the reading, and so are in its row. */
    known({ meter, values }: Reading): string[] {
        const number = this.numberOf(meter)
        const known: string[] = []
        for (let i = 0; i < values.length; i++) if (values[i] !== undefined) known.push(this.name(number, i))
        return known
    }

    name(meter: number, input: number): string {
        return this.prefix(meter) + this.sets[meter].names[input]
    }
}
