import { type BitStream, bitLength, FIT, refit, unzigzag, zigzag } from "./bit-stream"
import type { MeterLayout } from "./layout"

/** Kinds of readings. */
export const USUAL = 0
export const REPEATED = 1
const RESTLESS = 2
export const UNUSUAL = 3

/** Fit of a field that was not seen yet. */
const FRESH = 255
/** A field with a fit below this is quiet: as a rule it is just as predicted. */
const QUIET = 6

/** The range of a field's integer: 32 bits, with or without sign. */
const LOWEST = -2147483648
const HIGHEST = 4294967295

/** What is expected of a supply at first, in 0.1 V and 0.1 Hz. */
const MAINS_V = 2300
const MAINS_HZ = 500

/** The part of a small change that is taken to last; the rest is noise. */
const LASTING = 0.5

/**
 * What the readings of one meter are like. Writer and reader of a block have the same one because they tell it the same
 * readings.
 */
export class Predictor {
    /** Time of the last reading. */
    at: number
    /** The meter that came next last time. */
    follower: Predictor
    /** How far fields are from what was predicted, as a rule. */
    private readonly fits: Buffer
    /** How far those of the reading in hand are, without sign. */
    private readonly deviations: number[] = []
    /** What each field is about. */
    private readonly level: number[] = []
    /** The last reading. */
    private last: number[] = []
    /** Power by voltage times current. */
    private ratio: number
    /** Square of the reactive power. */
    private reactive = 0
    /** The energy register, and the fraction that it does not show. */
    private energy = 0

    /**
     * @param due time of the first reading, as far as one can tell
     * @param interval time from the last reading to the next
     * @param sibling a meter of the same profile, likely at the same supply; `undefined` for none
     */
    constructor(
        readonly layout: MeterLayout,
        due: number,
        public interval: number,
        sibling: Predictor,
    ) {
        this.follower = this
        this.at = due - interval
        this.ratio = sibling ? sibling.ratio : layout.powerScale
        const { fields } = layout.meter.profile
        this.fits = Buffer.alloc(fields.length)
        this.fits.fillAt(0, fields.length, FRESH)
        for (const field of fields) {
            let level = field.unit === "V" ? MAINS_V : field.unit === "Hz" ? MAINS_HZ : 0
            if (sibling) level = sibling.level[this.level.length]
            this.level.push(level)
        }
    }

    /** Finds out how far values are from what is predicted. @returns their kind */
    compare(values: number[], at: number): number {
        const { deviations, last, layout, fits } = this
        let kind = REPEATED
        let calm = true
        for (let i = 0; i < values.length; i++) {
            const value = values[i]
            let deviation = 0
            if (value !== undefined) deviation = value - this.predict(i, values, at)
            if (deviation !== 0 && fits[i] < QUIET) calm = false
            if (value !== last[i] && i !== layout.energy) kind = USUAL
            deviations[i] = zigzag(deviation)
        }
        return kind === REPEATED || calm ? kind : RESTLESS
    }

    /**
     * Writes the fields that were compared, or reads them.
     * @param given those to be written
     */
    code(stream: BitStream, kind: number, at: number, given: number[]): number[] {
        const { deviations, layout, last, fits } = this
        const values: number[] = []
        const isPartial = kind === UNUSUAL && stream.flag(given.includes(undefined))
        for (let i = 0; i < fits.length; i++) {
            let value: number
            if (!isPartial || stream.flag(given[i] !== undefined)) {
                const fit = fits[i]
                value = last[i]
                if (kind !== REPEATED || i === layout.energy) {
                    let deviation = 0
                    if (fit === FRESH) deviation = stream.sized(deviations[i])
                    else if (kind !== USUAL || fit >= QUIET) deviation = stream.rice(deviations[i], fit)
                    deviations[i] = deviation
                    value = this.predict(i, values, at) + unzigzag(deviation)
                }
            }
            values.push(value)
        }
        return values
    }

    /**
     * Takes a reading in.
     * @param repeated only the energy is new
     */
    learn(at: number, values: number[], repeated: boolean) {
        const { fits, level, layout, deviations } = this
        const { voltage, current, power, energy, powerScale } = layout
        const apparent = values[voltage] * values[current]
        this.energy = this.energyAt(at, values)
        this.at = at
        this.last = values
        for (let i = 0; i < values.length; i++) {
            const value = values[i]
            if (value === undefined || (repeated && i !== energy)) continue
            const fit = fits[i]
            const deviation = deviations[i]
            // the size of a load tells how much it changes
            const digits = i === energy ? 99 : i === current ? 6 : 9
            if (fit === FRESH) fits[i] = FIT * Math.max(bitLength(Math.abs(value)) - digits, 0)
            else fits[i] = refit(fit, deviation)
            if (fit < QUIET || deviation >= 3 << (fit >> 3)) level[i] = value
            else level[i] = level[i] + (value - level[i]) * LASTING
            if (i === energy) {
                // the fraction stays as far as the register agrees with it
                this.energy = Math.min(Math.max(this.energy, value), value + 0.99)
            } else if (i === power && apparent > 0) {
                const inUnits = apparent * powerScale
                this.ratio = value / apparent
                this.reactive = inUnits * inUnits - value * value
            }
        }
    }

    /**
     * What a field should be.
     * @param values those of the fields before it
     */
    private predict(i: number, values: number[], at: number): number {
        const { voltage, current, power, factor, energy, powerScale, factorScale, one } = this.layout
        const apparent = values[voltage] * values[current]
        let expected = this.level[i]
        if (i === energy) expected = this.energyAt(at, values) - 0.5
        else if (apparent > 0) {
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

    private energyAt(at: number, values: number[]): number {
        const { power, energyScale } = this.layout
        const now = values[power] ?? 0
        const before = this.last[power] ?? now
        return this.energy + (Math.max(before + now, 0) / 2) * (at - this.at) * energyScale
    }
}
