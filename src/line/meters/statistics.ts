import type { Values } from "./profile"
import { Cell, ROW, UNREAD } from "./row"

/** Numbers that are kept for each field: how many values there were, their sum, the least and the greatest. */
const KEPT = 4

/** Fields of a reading for each field with statistics. */
const FIELDS = 3

/**
 * Mean, least and greatest of some fields of one meter, gathered value by value.
 *
 * A profile has them as fields that no request brings, behind all others: three for each field that they are of.
 */
export class Statistics {
    /** Number of the first of their fields. */
    private readonly first: number
    private readonly kept: number[] = []

    constructor(private readonly table: Buffer) {
        let row = 0
        while (row < table.length && table[row + Cell.Read] !== UNREAD) row = row + ROW
        this.first = row / ROW
        for (; row < table.length; row = row + FIELDS * ROW) this.kept.push(0, 0, 0, 0)
    }

    /** Takes in the values of a reading; one that is `undefined` does not count. */
    add(values: Values) {
        const { kept } = this
        for (let i = 0; i < kept.length; i = i + KEPT) {
            const value = values[this.sourceOf(i / KEPT)]
            if (value === undefined) continue
            const isFirst = kept[i] === 0
            kept[i] = kept[i] + 1
            kept[i + 1] = kept[i + 1] + value
            if (isFirst || value < kept[i + 2]) kept[i + 2] = value
            if (isFirst || value > kept[i + 3]) kept[i + 3] = value
        }
    }

    /** Whether nothing was gathered. */
    isEmpty(): boolean {
        for (let i = 0; i < this.kept.length; i = i + KEPT) if (this.kept[i] > 0) return false
        return true
    }

    /**
     * Puts them into the values of a reading, rounded to integers of it, and begins anew. Those that nothing was gathered
     * for stay as they are.
     */
    moveTo(values: Values) {
        const { kept, first } = this
        for (let i = 0; i < kept.length; i = i + KEPT) {
            const count = kept[i]
            if (count === 0) continue
            const at = first + (i / KEPT) * FIELDS
            values[at] = Math.round(kept[i + 1] / count)
            values[at + 1] = kept[i + 2]
            values[at + 2] = kept[i + 3]
            kept[i] = 0
            kept[i + 1] = 0
        }
    }

    /** Number of the field that one of them is of. */
    private sourceOf(index: number): number {
        return this.table[(this.first + index * FIELDS) * ROW + Cell.First]
    }
}

/** Whether a profile has any. */
export function hasStatistics(table: Buffer): boolean {
    return table[table.length - ROW + Cell.Read] === UNREAD
}
