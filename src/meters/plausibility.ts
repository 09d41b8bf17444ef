import { powerOfTen } from "./decode"
import type { Field, Profile } from "./profile"

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

/**
 * Checks a poll's values against what the meter can measure, against each other and against those before.
 *
 * @param previous the last plausible values; `undefined` when there are none, or after a commanded reset of energy
 * @param values as {@link decode} returns them; an `undefined` one is not judged
 * @param elapsedMs time since `previous`
 * @returns the first contradiction, or `undefined`
 */
export function check(
    profile: Profile,
    previous: number[] | undefined,
    values: number[],
    elapsedMs: number,
): Implausible | undefined {
    return (
        checkRanges(profile, values) ??
        checkPower(profile, values) ??
        (previous ? checkCounters(profile, previous, values, elapsedMs) : undefined)
    )
}

function checkRanges(profile: Profile, values: number[]): Implausible {
    for (let i = 0; i < profile.fields.length; i++) {
        const field = profile.fields[i]
        const value = values[i]
        if (value === undefined || value === 0) continue
        if (field.min !== undefined && value < field.min) return { field, value, limit: field.min }
        if (field.max !== undefined && value > field.max) return { field, value, limit: field.max }
    }
    return undefined
}

function checkPower(profile: Profile, values: number[]): Implausible {
    const voltage = indexOf(profile, "voltage")
    const current = indexOf(profile, "current")
    const power = indexOf(profile, "power")
    if (values[voltage] === undefined || values[current] === undefined || values[power] === undefined) {
        return undefined
    }
    const field = profile.fields[power]
    const volts = values[voltage] / powerOfTen(profile.fields[voltage].decimals)
    const amperes = (values[current] + profile.startingCurrent) / powerOfTen(profile.fields[current].decimals)
    const watts = volts * amperes * POWER_TOLERANCE + POWER_TOLERANCE_W
    const limit = Math.ceil(watts * powerOfTen(field.decimals))
    return Math.abs(values[power]) > limit ? { field, value: values[power], limit } : undefined
}

function checkCounters(
    profile: Profile,
    previous: number[],
    values: number[],
    elapsedMs: number,
): Implausible {
    const power = profile.fields[indexOf(profile, "power")]
    const kilowatts = power.max / powerOfTen(power.decimals) / 1000
    const kilowattHours = (kilowatts * (elapsedMs + COUNTER_SLACK_MS)) / MS_PER_HOUR
    for (let i = 0; i < profile.fields.length; i++) {
        const field = profile.fields[i]
        if (!field.counter || previous[i] === undefined || values[i] === undefined) continue
        if (values[i] < previous[i]) return { field, value: values[i], limit: previous[i] }
        const limit = previous[i] + Math.ceil(kilowattHours * powerOfTen(field.decimals)) + 1
        if (values[i] > limit) return { field, value: values[i], limit }
    }
    return undefined
}

function indexOf(profile: Profile, name: string): number {
    return profile.fields.findIndex(field => field.name === name)
}
