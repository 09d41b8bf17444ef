import { Follows, type MeterLayout } from "./layout"
import { FIT, fitFor, refit, zigzag } from "./rice"

/** The parameter of a field's code that stands for none: the field was not seen yet. */
const FRESH = -1
/** A field with a parameter below this is quiet: as a rule it is just as predicted. */
export const QUIET = 6

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
    /** Whether the last reading had each field. */
    readonly known: boolean[] = []
    /** Parameter of the code for a field's deviation; negative while the field was not seen. */
    readonly fits: number[] = []
    /** Parameter of the code for how much too late a reading comes. */
    timeFit = 0
    private readonly last: number[] = []
    /** Of the fields that follow voltage times current. */
    private readonly ratio: number[] = []
    /** Square of the reactive power. */
    private reactive = 0
    /** The energy register, and the fraction that it does not show. */
    private energy = 0

    /** @param sibling a meter of the same profile, likely at the same supply; `undefined` for none */
    constructor(
        readonly layout: MeterLayout,
        sibling: Predictor,
    ) {
        for (let i = 0; i < layout.scale.length; i++) {
            this.known.push(true)
            this.fits.push(FRESH)
            this.last.push(sibling ? sibling.last[i] : 0)
            this.ratio.push(sibling ? sibling.ratio[i] : layout.scale[i])
        }
        if (sibling) this.reactive = sibling.reactive
    }

    /** This field stands still, with all like it, when the meter has not measured anew since the last poll. */
    isLively(i: number): boolean {
        return this.fits[i] >= QUIET && i !== this.layout.energy
    }

    /**
     * Whether the block is silent about a field.
     * @param calm the quiet fields are as predicted
     * @param repeated the lively fields are as predicted
     */
    skips(i: number, calm: boolean, repeated: boolean): boolean {
        const fit = this.fits[i]
        if (fit < QUIET) return calm && fit !== FRESH
        return repeated && i !== this.layout.energy
    }

    /**
     * What a field should be.
     * @param values those of the fields before it
     * @param elapsed ms since the last reading
     */
    predict(i: number, values: number[], elapsed: number): number {
        const follows = this.layout.follows[i]
        if (follows === Follows.itself) return this.last[i]
        const expected = Math.floor(this.derive(i, follows, values, elapsed) + 0.5)
        return Math.min(Math.max(expected, LOWEST), HIGHEST)
    }

    private derive(i: number, follows: Follows, values: number[], elapsed: number): number {
        const layout = this.layout
        if (follows === Follows.energy) {
            return this.fits[i] === FRESH ? 0 : Math.floor(this.energyAfter(values, elapsed))
        }
        const apparent = values[layout.voltage] * values[layout.current]
        if (!(apparent > 0)) return 0
        if (follows === Follows.activePower) return this.activePower(apparent)
        if (follows === Follows.apparentPower) return this.ratio[i] * apparent
        const power = values[layout.power]
        return power === undefined ? 0 : Math.min((power * layout.scale[i]) / apparent, layout.one[i])
    }

    /**
     * Takes a reading in.
     * @param delay ms behind the time it was due
     * @param deviations how far each field was from what was predicted, as {@link zigzag} makes it
     * @param repeated the lively fields stood still, and nothing is to be learnt from that
     */
    learn(at: number, delay: number, values: number[], deviations: number[], repeated: boolean) {
        const layout = this.layout
        const { follows, energy } = layout
        const fits = this.fits
        this.timeFit = refit(this.timeFit, zigzag(delay))
        if (energy >= 0) this.energy = this.energyAfter(values, at - this.at)
        this.at = at
        const apparent = values[layout.voltage] * values[layout.current]
        for (let i = 0; i < values.length; i++) {
            const value = values[i]
            this.known[i] = value !== undefined
            if (value === undefined) continue
            const fit = fits[i]
            const follow = follows[i]
            if (follow === Follows.energy) this.settleEnergy(value)
            else if (follow <= Follows.apparentPower && apparent > 0) this.settlePower(i, value, apparent)
            this.last[i] = value
            if (fit === FRESH) fits[i] = this.firstFit(i, value)
            else if (fit + deviations[i] > 0 && !(repeated && this.isLively(i)))
                fits[i] = refit(fit, deviations[i])
        }
    }

    /** The size of a load tells how much it changes. */
    private firstFit(i: number, value: number): number {
        const { voltage, current, energy } = this.layout
        if (i === energy) return 0
        const digits = i === current ? 6 : i === voltage ? 8 : 9
        return Math.max(fitFor(Math.abs(value)) - digits * FIT, 0)
    }

    /** Half way between the same power factor and the same reactive power as before: closer than either. */
    private activePower(apparent: number): number {
        const { power, scale } = this.layout
        const sameFactor = this.ratio[power] * apparent
        const inUnits = apparent * scale[power]
        const active = Math.sqrt(Math.max(inUnits * inUnits - this.reactive, 0))
        return (sameFactor + (sameFactor < 0 ? -active : active)) / 2
    }

    private settlePower(i: number, value: number, apparent: number) {
        this.ratio[i] = value / apparent
        if (i !== this.layout.power) return
        const inUnits = apparent * this.layout.scale[i]
        this.reactive = inUnits * inUnits - value * value
    }

    private energyAfter(values: number[], elapsed: number): number {
        const { power, energy, scale } = this.layout
        const before = this.last[power]
        const now = values[power] ?? before
        return this.energy + (Math.max(before + now, 0) / 2) * elapsed * scale[energy]
    }

    /** Keeps the fraction as far as the register agrees with it. */
    private settleEnergy(register: number) {
        if (this.fits[this.layout.energy] === FRESH) this.energy = register + 0.5
        else this.energy = Math.min(Math.max(this.energy, register), register + 0.99)
    }
}
