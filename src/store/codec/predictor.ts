import { bitLength, FIT, refit, zigzag } from "./bit-stream"
import type { MeterLayout } from "./layout"

/** Fit of a field that was not seen yet. */
const FRESH = -1
/** A field with a fit below this is quiet: as a rule it is just as predicted. */
const QUIET = 6

/** The range of a field's integer: 32 bits, with or without sign. */
const LOWEST = -2147483648
const HIGHEST = 4294967295

/**
 * What the readings of one meter are like. Encoder and decoder have the same one because they tell it the same
 * readings.
 */
export class Predictor {
    /** Time of the last reading. */
    at = 0
    /** Periods between the last two readings. */
    periods = 1
    /** Number of the meter that came next last time. */
    follower: number
    /** How much too late readings come. */
    timeFit = 0
    /** How far fields are from what was predicted; negative while a field was not seen. */
    readonly fits: number[] = []
    private readonly last: number[] = []
    /** Power by voltage times current. */
    private ratio: number
    /** Square of the reactive power. */
    private reactive = 0
    /** The energy register, and the fraction that it does not show. */
    private energy = 0

    /**
     * @param number of the meter in the block
     * @param sibling a meter of the same profile, likely at the same supply; `undefined` for none
     */
    constructor(
        readonly layout: MeterLayout,
        number: number,
        sibling: Predictor,
    ) {
        this.follower = number
        this.ratio = sibling ? sibling.ratio : layout.powerScale
        for (let i = 0; i < layout.meter.profile.fields.length; i++) {
            this.fits.push(FRESH)
            this.last.push(sibling ? sibling.last[i] : 0)
        }
    }

    /** As a rule a reading is on time. */
    isPunctual(): boolean {
        return this.timeFit < QUIET
    }

    /** As a rule this field is as predicted. */
    isQuiet(i: number): boolean {
        const fit = this.fits[i]
        return fit < QUIET && fit !== FRESH
    }

    /** This field stands still, with all like it, when the meter has not measured anew since the last poll. */
    isLively(i: number): boolean {
        return this.fits[i] >= QUIET && i !== this.layout.energy
    }

    /**
     * What a field should be.
     * @param values those of the fields before it
     * @param elapsed ms since the last reading
     */
    predict(i: number, values: number[], elapsed: number): number {
        const layout = this.layout
        const apparent = values[layout.voltage] * values[layout.current]
        let expected = this.last[i]
        if (i === layout.energy) {
            if (this.fits[i] !== FRESH) expected = Math.floor(this.energyAfter(values, elapsed))
        } else if (apparent > 0) {
            const power = values[layout.power] ?? 0
            if (i === layout.power) expected = this.activePower(apparent)
            else if (i === layout.apparent) expected = apparent * layout.apparentScale
            else if (i === layout.factor) {
                expected = Math.min((power * layout.factorScale) / apparent, layout.one)
            }
        }
        return Math.min(Math.max(Math.floor(expected + 0.5), LOWEST), HIGHEST)
    }

    /**
     * Takes a reading in.
     * @param delay ms behind the time it was due
     * @param deviations how far each field was from what was predicted, as {@link zigzag} makes it
     * @param repeated the lively fields stood still, and nothing is to be learnt from that
     */
    learn(at: number, delay: number, values: number[], deviations: number[], repeated: boolean) {
        const { layout, fits } = this
        const apparent = values[layout.voltage] * values[layout.current]
        this.timeFit = refit(this.timeFit, zigzag(delay))
        this.energy = this.energyAfter(values, at - this.at)
        this.at = at
        for (let i = 0; i < values.length; i++) {
            const value = values[i]
            if (value === undefined) continue
            this.last[i] = value
            if (i === layout.energy) this.settleEnergy(value)
            else if (i === layout.power && apparent > 0) this.settlePower(value, apparent)
            if (fits[i] === FRESH) fits[i] = this.firstFit(i, value)
            else if (!(repeated && this.isLively(i))) fits[i] = refit(fits[i], deviations[i])
        }
    }

    /** The size of a load tells how much it changes. */
    private firstFit(i: number, value: number): number {
        const { voltage, current, energy } = this.layout
        if (i === energy) return 0
        const digits = i === current ? 6 : i === voltage ? 8 : 9
        return Math.max(Math.min(bitLength(Math.abs(value)), 20 + digits) - digits, 0) * FIT
    }

    /** Half way between the same power factor and the same reactive power as before: closer than either. */
    private activePower(apparent: number): number {
        const sameFactor = this.ratio * apparent
        const inUnits = apparent * this.layout.powerScale
        const active = Math.sqrt(Math.max(inUnits * inUnits - this.reactive, 0))
        return (sameFactor + (sameFactor < 0 ? -active : active)) / 2
    }

    private settlePower(power: number, apparent: number) {
        const inUnits = apparent * this.layout.powerScale
        this.ratio = power / apparent
        this.reactive = inUnits * inUnits - power * power
    }

    private energyAfter(values: number[], elapsed: number): number {
        const { power, energyScale } = this.layout
        const before = this.last[power] ?? 0
        const now = values[power] ?? before
        return this.energy + (Math.max(before + now, 0) / 2) * elapsed * energyScale
    }

    /** Keeps the fraction as far as the register agrees with it. */
    private settleEnergy(register: number) {
        if (this.fits[this.layout.energy] === FRESH) this.energy = register + 0.5
        else this.energy = Math.min(Math.max(this.energy, register), register + 0.99)
    }
}
