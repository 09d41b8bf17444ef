import type { Meter } from "../../meters/profile"
import { MeterLayout } from "./layout"
import { Predictor } from "./predictor"

/** The configured meters, as the codec sees them. */
export class MeterLayouts {
    private readonly layouts: MeterLayout[]

    /** @throws RangeError when a meter's readings have too many fields */
    constructor(meters: Meter[]) {
        this.layouts = meters.map(meter => new MeterLayout(meter))
    }

    /** @returns `undefined` for a meter that is not configured */
    of(meter: Meter): MeterLayout {
        return this.layouts.find(layout => layout.meter === meter)
    }

    /** @returns `undefined` for a meter that is not configured */
    tagged(tag: number): MeterLayout {
        return this.layouts.find(layout => layout.tag === tag)
    }
}

/** The meters of a block in the order of their first readings, and who usually comes after whom. */
export class Roster {
    readonly predictors: Predictor[] = []
    private readonly followers: number[] = []
    private current = 0

    /** Number of the meter that is most likely the next one. */
    expected(): number {
        return this.followers[this.current] ?? this.current
    }

    /** Number of a meter; the next free one when it is not in the block yet. */
    numberOf(meter: Meter): number {
        const number = this.predictors.findIndex(p => p.layout.meter === meter)
        return number < 0 ? this.predictors.length : number
    }

    /** For a meter that is not in the block yet. */
    newPredictor(layout: MeterLayout): Predictor {
        const profile = layout.meter.profile
        return new Predictor(
            layout,
            this.predictors.find(p => p.layout.meter.profile === profile),
        )
    }

    /** Notes whose reading came. */
    came(number: number, predictor: Predictor) {
        this.predictors[number] = predictor
        if (this.predictors.length > 1) this.followers[this.current] = number
        this.current = number
    }
}
