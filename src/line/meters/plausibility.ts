import { powerOfTen } from "./decode"
import type { Field, Profile, Reading } from "./profile"

/** A value that cannot be. */
export interface Implausible {
    readonly field: Field
    /** The value, as the integer of a reading. */
    readonly value: number
    /** What it should not have passed, as the integer of a reading. */
    readonly limit: number
}

/** Power may exceed voltage times current by the errors of measurement: 5 % and 1 W. */
const POWER_TOLERANCE = 1.05
const POWER_TOLERANCE_W = 1

/**
 * A counter gets this much more time to rise: it goes up by steps, and recorded frames that are replayed may lie further
 * apart than the polls.
 */
const COUNTER_SLACK_MS = 60000

const MS_PER_HOUR = 3600000

/** Places of the common fields, see {@link Profile.fields}. */
const VOLTAGE = 0
const CURRENT = 1
const POWER = 2

/**
 * Checks a reading against what the meter can measure, its values against each other, and its counters against a
 * reading before. A value that is `undefined` is not judged.
 *
 * @param previous the last plausible one; `undefined` when there is none, or after a commanded reset of energy
 * @returns the first contradiction, one that is about a counter only when there is no other; or `undefined`
 */
export function check(reading: Reading, previous?: Reading): Implausible | undefined {
    const { meter, values, at } = reading
    const { fields } = meter.profile
    let doubt: Implausible
    for (let i = 0; i < fields.length; i++) {
        const field = fields[i]
        const { min, max } = field
        const value = values[i]
        if (value === undefined) continue
        if (value !== 0) {
            if (value < min) return { field, value, limit: min }
            if (value > max) return { field, value, limit: max }
        }
        if (i === POWER) {
            const limit = powerLimit(meter.profile, values)
            if (Math.abs(value) > limit) return { field, value, limit }
        }
        if (!field.counter || !previous) continue
        const before = previous.values[i]
        const limit = before + counterLimit(fields[POWER], field, at - previous.at)
        if (value < before) doubt = { field, value, limit: before }
        else if (value > limit) doubt = { field, value, limit }
    }
    return doubt
}

/** The most that power can be beside this voltage and current. */
function powerLimit({ fields, startingCurrent }: Profile, values: number[]): number {
    const volts = values[VOLTAGE] / powerOfTen(fields[VOLTAGE].decimals)
    const amperes = (values[CURRENT] + startingCurrent) / powerOfTen(fields[CURRENT].decimals)
    const watts = volts * amperes * POWER_TOLERANCE + POWER_TOLERANCE_W
    return Math.ceil(watts * powerOfTen(fields[POWER].decimals))
}

/** The most that a counter can rise by within a time, at the most that power can be. */
function counterLimit(power: Field, counter: Field, elapsedMs: number): number {
    const kilowatts = power.max / powerOfTen(power.decimals) / 1000
    const kilowattHours = (kilowatts * (elapsedMs + COUNTER_SLACK_MS)) / MS_PER_HOUR
    return Math.ceil(kilowattHours * powerOfTen(counter.decimals)) + 1
}
