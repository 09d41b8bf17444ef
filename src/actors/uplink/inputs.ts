import type { InputSet } from "../../emoncms/inputs"
import type { Meter, Reading } from "../../line/meters/profile"

/** Stands for no place in a body: nothing there is a repetition. */
const NO_PLACE = 10000

/**
 * The EmonCMS inputs of each meter. On a line with several meters their names begin with the meter's name. Readings that
 * wait may be of a meter that has another name now, or is gone: it has address 0, and its inputs keep their names.
 */
export class Inputs {
    /** All inputs of all meters. */
    readonly count: number

    /** The configured ones, and behind them those of readings that wait. */
    private readonly meters: Meter[]

    /** @param sets for each meter */
    constructor(
        private readonly configured: Meter[],
        private readonly sets: InputSet[],
    ) {
        this.meters = configured.slice(0)
        this.count = this.first(configured.length)
    }

    /** Number of a meter. */
    numberOf(meter: Meter): number {
        const { meters, sets } = this
        const number = meters.indexOf(meter)
        if (number >= 0) return number
        sets.push(sets[meters.findIndex(other => other.profile === meter.profile)])
        return meters.push(meter) - 1
    }

    /** Those of a meter, by its number; their names stand behind {@link prefix}. */
    of(meter: number): InputSet {
        return this.sets[meter]
    }

    prefix(meter: number): string {
        const { name, address } = this.meters[meter]
        const isNamed = address === 0 ? name !== "" : this.configured.length > 1
        return isNamed ? name + "_" : ""
    }

    /** How many inputs the meters before it have. */
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
