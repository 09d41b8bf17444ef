import { powerOfTen } from "./decode"
import { fieldAt } from "./fields"
import type { Field, Profile, Reading, Values } from "./profile"
import { Cell, Flag, Relation, ROW } from "./row"
import { cellAt, decimalsAt } from "./table"

/** A value that cannot be right. */
export interface Implausible {
    readonly field: Field
    /** The value, as a reading's integer. */
    readonly value: number
    /** The limit that it violates, as a reading's integer. */
    readonly limit: number
    /** The value is possible in itself, but does not follow from the previous reading. */
    readonly isJump: boolean
}

/** Power can exceed voltage times current by the measurement error: 5 % plus 1 W. */
const POWER_TOLERANCE = 1.05

/**
 * Extra time that a counter gets for its rise, in ms: counters rise in steps, and replayed recordings can be further apart
 * than the polls.
 */
const COUNTER_SLACK_MS = 60000

const MS_PER_HOUR = 3600000

/**
 * Checks a reading against what the meter can measure, its values against each other, and its counters against an
 * earlier reading. Skips values that are `undefined`.
 *
 * @param previous the last plausible reading; `undefined` if there is none, or after a commanded energy reset
 * @returns the first contradiction, that of a counter only if there is no other; or `undefined`
 */
export function check({ meter, values, at }: Reading, previous?: Reading): Implausible | undefined {
    const { profile } = meter
    const { table } = profile
    let doubt: Implausible | undefined
    /** Index of a field with {@link Flag.Alive}, and whether any such field is not 0. */
    let dead = -1
    let alive = false
    for (let i = 0; i < values.length; i++) {
        const value = values[i]
        if (value === undefined) continue
        const row = i * ROW
        const flags = table[row + Cell.Format]
        const min = cellAt(table, row, Cell.Min)
        const max = cellAt(table, row, Cell.Max)
        if (flags & Flag.Alive) {
            dead = i
            if (value !== 0) alive = true
        }
        if (value !== 0 || !(flags & Flag.Zero)) {
            if (value < min) return finding(profile, i, value, min)
            if (value > max) return finding(profile, i, value, max)
        }
        if (table[row + Cell.Relation] === Relation.Product) {
            const limit = powerLimit(table, row, values)
            if (Math.abs(value) > limit) return finding(profile, i, value, limit)
        }
        if (!(flags & Flag.Counter) || !previous) continue
        const before = previous.values[i]
        if (before === undefined) continue
        const limit =
            Math.ceil(
                (cellAt(table, row, Cell.Limit) * (at - previous.at + COUNTER_SLACK_MS)) / MS_PER_HOUR,
            ) + 1
        let rise = value - before
        if (rise < 0) rise = rise + max + 1
        if (rise > limit) doubt = finding(profile, i, value, value < before ? before : before + limit, true)
    }
    if (dead >= 0 && !alive) return finding(profile, dead, 0, 0)
    return doubt
}

/** Whether a profile has a counter. */
export function hasCounter({ table }: Profile): boolean {
    for (let row = 0; row < table.length; row = row + ROW)
        if (table[row + Cell.Format] & Flag.Counter) return true
    return false
}

function finding(profile: Profile, index: number, value: number, limit: number, isJump = false): Implausible {
    return { field: fieldAt(profile, index), value, limit, isJump }
}

/** The highest plausible power for the measured voltage and current. */
function powerLimit(table: Buffer, row: number, values: Values): number {
    const volts = values[table[row + Cell.First]] as number
    const amperes = Math.abs(values[table[row + Cell.Second]] as number) + cellAt(table, row, Cell.Limit)
    const apparent = volts * amperes * cellAt(table, row, Cell.Scale)
    return Math.ceil(apparent * POWER_TOLERANCE + powerOfTen(decimalsAt(table, row)))
}
