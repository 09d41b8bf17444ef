import type { InputSet } from "../../emoncms/inputs"
import type { Meter, Reading } from "../../line/meters/profile"

/** Means no place in a body, so that nothing is encoded as a repetition. */
const NO_PLACE = 10000

/**
 * The EmonCMS inputs of each meter. On a line with several meters their names begin with the meter's name. Queued readings may
 * come from a meter that has since been renamed or removed: that meter has address 0, and its inputs keep their names.
 */
export class Inputs {
    /** Number of inputs of all configured meters. */
    readonly count: number

    /** The configured meters, followed by others that queued readings come from. */
    private readonly meters: Meter[]

    /** @param sets the inputs of each meter */
    constructor(
        private readonly configured: Meter[],
        private readonly sets: InputSet[],
    ) {
        this.meters = configured.slice(0)
        this.count = this.first(configured.length)
    }

    /** The number of a meter. One that is not configured is added. */
    numberOf(meter: Meter): number {
        const { meters, sets } = this
        const number = meters.indexOf(meter)
        if (number >= 0) return number
        sets.push(sets[meters.findIndex(other => other.profile === meter.profile)])
        return meters.push(meter) - 1
    }

    /** The inputs of a meter, by its number; {@link prefix} goes before their names. */
    of(meter: number): InputSet {
        return this.sets[meter]
    }

    prefix(meter: number): string {
        const { name, address } = this.meters[meter]
        const isNamed = address === 0 ? name !== "" : this.configured.length > 1
        return isNamed ? name + "_" : ""
    }

    /** Number of inputs of the meters before it; {@link NO_PLACE} for a meter that is not configured. */
    first(meter: number): number {
        if (meter >= this.configured.length && meter < this.meters.length) return NO_PLACE
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
