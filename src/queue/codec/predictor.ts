import type { Meter, Values } from "../../line/meters/profile"
import { Cell, Flag, Relation, ROW } from "../../line/meters/row"
import { cellAt } from "../../line/meters/table"
import { type BitStream, bitLength, FIT, refit, unzigzag, zigzag } from "./bit-stream"

/** Kinds of readings. */
export const USUAL = 0
export const REPEATED = 1
const RESTLESS = 2
export const UNUSUAL = 3

/** Fit of a field that was not seen yet. */
const FRESH = 255
/** A field with a fit below this is quiet: as a rule it is just as predicted. */
const QUIET = 6

/** The greatest amount of a field's integer. */
const GREATEST = 17592186044416

/** The part of a small change that is taken to last; the rest is noise. */
const LASTING = 0.5

/** How far the fields of the reading in hand are from what was predicted, without sign; of one predictor at a time. */
const deviations: number[] = []

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
    /** What each field is about; of a counter, what it has counted, with the fraction that its register does not show. */
    private readonly level: number[] = []
    /** The last reading. */
    private last: Values = []

    /**
     * @param due time of the first reading, as far as one can tell
     * @param interval time from the last reading to the next
     * @param sibling a meter of the same profile, likely at the same supply; `undefined` for none
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

    /** Finds out how far values are from what is predicted. @returns their kind */
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
     * Writes the fields that were compared, or reads them.
     * @param given those to be written
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
     * Takes a reading in.
     * @param repeated only the counters are new
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
            // the fraction of a counter stays as far as the register agrees with it
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
     * What a field should be.
     * @param values those of the fields before it
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
                // half way between the same power factor and the same reactive power as before: closer than either
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

    /** What a counter should be, by the power that it counts. */
    private countAt(i: number, at: number, values: Values): number {
        const { table } = this.meter.profile
        const source = table[i * ROW + Cell.First]
        const now = values[source] ?? 0
        const before = this.last[source] ?? now
        const scale = cellAt(table, i * ROW, Cell.Scale)
        return this.level[i] + Math.max((before + now) * scale, 0) * (at - this.at)
    }
}
