import type { Meter, Values } from "../../line/meters/profile"
import { Cell, Flag, Relation, ROW } from "../../line/meters/row"
import { cellAt } from "../../line/meters/table"
import { type BitStream, bitLength, FIT, refit, unzigzag, zigzag } from "./bit-stream"

/** Kinds of readings; each value is the number of ones in the prefix code. */
export const USUAL = 0
export const REPEATED = 1
const RESTLESS = 2
export const UNUSUAL = 3

/** Fit of a field that has not been coded yet. */
const FRESH = 255
/** A field with a fit below this is quiet: it nearly always matches its prediction. */
const QUIET = 6

/** Largest magnitude of a field's integer. */
const GREATEST = 17592186044416

/** Fraction of a small change that counts as lasting; the rest counts as noise. */
const LASTING = 0.5

/** Zigzagged deviation of each field of the current reading from its prediction. Used by one predictor at a time. */
const deviations: number[] = []

/**
 * Predicts the readings of one meter. Writer and reader of a block make the same predictions, because both feed it the
 * same readings.
 */
export class Predictor {
    /** Time of the last reading. */
    at: number
    /** Predictor of the meter that came next last time. */
    follower: Predictor
    /** {@link refit Fit} of each field: how far it usually is from its prediction. */
    private readonly fits: Buffer
    /** Smoothed value of each field; for a counter, its estimated count with the fraction that its register does not show. */
    private readonly level: number[] = []
    /** Values of the last reading. */
    private last: Values = []

    /**
     * @param due expected time of the first reading
     * @param interval expected time from one reading to the next
     * @param sibling predictor of a meter with the same profile, probably on the same supply; `undefined` for none
     */
    constructor(
        readonly meter: Meter,
        due: number,
        public interval: number,
        sibling: Predictor | undefined,
    ) {
        this.follower = this
        this.at = due - interval
        const { table } = meter.profile
        const count = table.length / ROW
        this.fits = Buffer.alloc(count)
        this.fits.fillAt(0, count, FRESH)
        for (let i = 0; i < count; i++) {
            const usual = cellAt(table, i * ROW, Cell.Level)
            this.level.push(sibling && !this.isCounter(i) ? sibling.level[i] : usual)
        }
    }

    /** Compares values with their predictions. @returns the kind of the reading */
    compare(values: Values, at: number): number {
        const { last, fits } = this
        let kind = REPEATED
        let calm = true
        for (let i = 0; i < values.length; i++) {
            const value = values[i]
            let deviation = 0
            if (value !== undefined) deviation = value - this.predict(i, values, at)
            if (deviation !== 0 && fits[i] < QUIET) calm = false
            if (value !== last[i] && !this.isCounter(i)) kind = USUAL
            deviations[i] = zigzag(deviation)
        }
        return kind === REPEATED || calm ? kind : RESTLESS
    }

    /**
     * Writes the fields that {@link compare} has compared, or reads fields.
     * @param given values to write
     */
    code(stream: BitStream, kind: number, at: number, given: Values): Values {
        const { last, fits } = this
        const values: Values = []
        const isPartial = kind === UNUSUAL && stream.flag(given.includes(undefined))
        for (let i = 0; i < fits.length; i++) {
            let value: number | undefined
            if (!isPartial || stream.flag(given[i] !== undefined)) {
                const fit = fits[i]
                value = last[i]
                if (kind !== REPEATED || this.isCounter(i)) {
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
     * Updates the predictor with a reading.
     * @param repeated whether only the counters are new
     */
    learn(at: number, values: Values, repeated: boolean) {
        const { fits, level } = this
        const { table } = this.meter.profile
        for (let i = 0; i < values.length; i++) {
            const value = values[i]
            const isCounter = this.isCounter(i)
            if (isCounter) level[i] = this.countAt(i, at, values)
            if (value === undefined || (repeated && !isCounter)) continue
            const fit = fits[i]
            const deviation = deviations[i]
            const steady = table[i * ROW + Cell.Steady]
            if (fit === FRESH) fits[i] = FIT * Math.max(bitLength(Math.abs(value)) - steady, 0)
            else fits[i] = refit(fit, deviation)
            // keep the fraction of a counter as far as the register agrees with it
            if (isCounter) level[i] = Math.min(Math.max(level[i], value), value + 0.99)
            else if (fit < QUIET || deviation >= 3 << (fit >> 3)) level[i] = value
            else level[i] = level[i] + (value - level[i]) * LASTING
        }
        this.at = at
        this.last = values
    }

    private isCounter(i: number): boolean {
        return (this.meter.profile.table[i * ROW + Cell.Format] & Flag.Counter) > 0
    }

    /**
     * Predicts a field.
     * @param values of the fields before it
     */
    private predict(i: number, values: Values, at: number): number {
        const { last, level } = this
        const { table } = this.meter.profile
        const row = i * ROW
        const relation = table[row + Cell.Relation]
        const first = table[row + Cell.First]
        const second = table[row + Cell.Second]
        const scale = cellAt(table, row, Cell.Scale)
        let expected = level[i]
        if (relation === Relation.Product) {
            const apparent = (values[first] as number) * (values[second] as number)
            const before = (last[first] as number) * (last[second] as number)
            const power = last[i]
            if (apparent > 0 && before > 0 && power !== undefined) {
                // halfway between keeping the power factor and keeping the reactive power: closer than either
                const sameFactor = (power / before) * apparent
                const change = (apparent * apparent - before * before) * scale * scale
                let active = Math.sqrt(Math.max(change + power * power, 0))
                if (sameFactor < 0) active = -active
                expected = (sameFactor + active) / 2
            } else if (apparent > 0) expected = apparent * scale
        } else if (relation === Relation.Quotient) {
            const source = first * ROW
            const apparent =
                (values[table[source + Cell.First]] as number) *
                (values[table[source + Cell.Second]] as number)
            if (apparent > 0)
                expected = Math.min(((values[first] ?? 0) * scale) / apparent, cellAt(table, row, Cell.Max))
        } else if (relation === Relation.Sum) {
            expected = 0
            for (let k = first; k <= second; k++) expected = expected + (values[k] ?? 0) * scale
        } else if (this.isCounter(i)) expected = this.countAt(i, at, values) - 0.5
        return Math.min(Math.max(Math.floor(expected + 0.5), -GREATEST), GREATEST)
    }

    /** Predicts a counter from the power that it counts. */
    private countAt(i: number, at: number, values: Values): number {
        const { table } = this.meter.profile
        const source = table[i * ROW + Cell.First]
        const now = values[source] ?? 0
        const before = this.last[source] ?? now
        const scale = cellAt(table, i * ROW, Cell.Scale)
        return this.level[i] + Math.max((before + now) * scale, 0) * (at - this.at)
    }
}
