import { bitLength, FIT, refit, zigzag } from "./bit-stream"
import type { MeterLayout } from "./layout"

/** Fit of a field that was not seen yet. */
const FRESH = -1
/** A field with a fit below this is quiet: as a rule it is just as predicted. */
const QUIET = 6

/** The range of a field's integer: 32 bits, with or without sign. */
const LOWEST = -2147483648
const HIGHEST = 4294967295

/** The part of a small change that is taken to last; the rest is noise. */
const LASTING = 0.5

/**
 * What the readings of one meter are like. Writer and reader of a block have the same one because they tell it the same
 * readings.
 */
export class Predictor {
    /** Time of the last reading. */
    at = 0
    /** Periods between the last two readings. */
    periods = 1
    /** How much too late readings come. */
    timeFit = 0
    /** How far fields are from what was predicted; negative while a field was not seen. */
    readonly fits: number[] = []
    /** What each field is about. */
    private readonly level: number[] = []
    /** The last reading. */
    last: number[] = []
    /** Power by voltage times current. */
    private ratio: number
    /** Square of the reactive power. */
    private reactive = 0
    /** The energy register, and the fraction that it does not show. */
    private energy = 0

    /**
     * @param follower number of the meter that came next last time; at first its own
     * @param sibling a meter of the same profile, likely at the same supply; `undefined` for none
     */
    constructor(
        readonly layout: MeterLayout,
        public follower: number,
        sibling: Predictor,
    ) {
        this.ratio = sibling ? sibling.ratio : layout.powerScale
        for (let i = 0; i < layout.meter.profile.fields.length; i++) {
            this.fits.push(FRESH)
            this.level.push(sibling ? sibling.level[i] : 0)
        }
    }

    /** Whether only the energy differs from the last reading. */
    isRepeated(values: number[]): boolean {
        const { last, layout } = this
        return values.every((value, i) => i === layout.energy || (value !== undefined && value === last[i]))
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

    /**
     * What a field should be.
     * @param values those of the fields before it
     * @param elapsed ms since the last reading
     */
    predict(i: number, values: number[], elapsed: number): number {
        const { voltage, current, power, factor, energy, powerScale, factorScale, one } = this.layout
        const apparent = values[voltage] * values[current]
        let expected = this.level[i]
        if (i === energy) {
            if (this.fits[i] !== FRESH) expected = this.energyAfter(values, elapsed) - 0.5
        } else if (apparent > 0) {
            if (i === power) {
                // half way between the same power factor and the same reactive power as before: closer than either
                const sameFactor = this.ratio * apparent
                const inUnits = apparent * powerScale
                let active = Math.sqrt(Math.max(inUnits * inUnits - this.reactive, 0))
                if (sameFactor < 0) active = -active
                expected = (sameFactor + active) / 2
            } else if (i === factor) expected = Math.min(((values[power] ?? 0) * factorScale) / apparent, one)
        }
        return Math.min(Math.max(Math.floor(expected + 0.5), LOWEST), HIGHEST)
    }

    /**
     * Takes a reading in.
     * @param delay ms behind the time it was due
     * @param deviations how far each field was from what was predicted, as {@link zigzag} makes it
     * @param repeated only the energy is new
     */
    learn(at: number, delay: number, values: number[], deviations: number[], repeated: boolean) {
        const { fits, level, layout } = this
        const { voltage, current, power, energy, powerScale } = layout
        const apparent = values[voltage] * values[current]
        this.timeFit = refit(this.timeFit, zigzag(delay))
        this.energy = this.energyAfter(values, at - this.at)
        this.at = at
        this.last = values
        for (let i = 0; i < values.length; i++) {
            const value = values[i]
            if (value === undefined || (repeated && i !== energy)) continue
            const fit = fits[i]
            if (fit === FRESH) {
                // the size of a load tells how much it changes
                const digits = i === current ? 6 : i === voltage ? 8 : 9
                fits[i] = FIT * Math.max(Math.min(bitLength(Math.abs(value)), 20 + digits) - digits, 0)
            } else fits[i] = refit(fit, deviations[i])
            const isNoise = fit >= QUIET && deviations[i] < 8 << (fit >> 3)
            level[i] = isNoise ? level[i] + (value - level[i]) * LASTING : value
            if (i === energy) {
                // the fraction stays as far as the register agrees with it
                if (fit === FRESH) {
                    this.energy = value + 0.5
                    fits[i] = 0
                } else this.energy = Math.min(Math.max(this.energy, value), value + 0.99)
            } else if (i === power) {
                const inUnits = apparent * powerScale
                if (apparent > 0) {
                    this.ratio = value / apparent
                    this.reactive = inUnits * inUnits - value * value
                }
            }
        }
    }

    private energyAfter(values: number[], elapsed: number): number {
        const { power, energyScale } = this.layout
        const now = values[power] ?? 0
        const before = this.last[power] ?? now
        return this.energy + (Math.max(before + now, 0) / 2) * elapsed * energyScale
    }
}
