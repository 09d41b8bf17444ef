import type { Profile, Values } from "./profile"
import { Cell, ROW } from "./row"
import { cellAt } from "./table"

/** The VM's integers are exact up to 2^53. */
const MAX_EXACT = 9007199254740992

/**
 * Decodes the values of one poll.
 *
 * @param replies the registers read by each request, high byte first, in the profile's order
 * @returns an integer for each of the profile's fields; `undefined` if no reply holds the field, the meter reports that
 * it has no value, or the value is NaN or too large for an exact integer
 */
export function decode({ table, decoders }: Profile, replies: Buffer[]): Values {
    const values: Values = []
    for (let row = 0; row < table.length; row = row + ROW) {
        const registers = replies[table[row + Cell.Read]]
        let value: number | undefined
        if (registers) {
            const found = decoders[table[row + Cell.Decoder]](registers, table[row + Cell.Offset], replies)
            const scaled = Math.round(found * cellAt(table, row, Cell.Factor))
            if (found !== cellAt(table, row, Cell.Unavailable) && Math.abs(scaled) <= MAX_EXACT)
                value = scaled
        }
        values.push(value)
    }
    return values
}

/** 10 to the power of a small whole number, exactly. */
export function powerOfTen(exponent: number): number {
    let power = 1
    for (let i = 0; i < exponent; i++) power *= 10
    return power
}
