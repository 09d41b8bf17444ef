import type { Values } from "./profile"
import { Cell, ROW, UNREAD } from "./row"

/** Numbers kept per field: count, sum, minimum and maximum of its values. */
const KEPT = 4

/** Statistics of a field, each of them a field of the reading: mean, minimum and maximum. */
const FIELDS = 3

/**
 * Mean, minimum and maximum of some fields of one meter, accumulated value by value.
 *
 * In the profile they are fields that no request reads, after all others: three for each source field.
 */
export class Statistics {
    /** Index of the first statistic in the table. */
    private readonly first: number
    private readonly kept: number[] = []

    constructor(private readonly table: Buffer) {
        let row = 0
        while (row < table.length && table[row + Cell.Read] !== UNREAD) row = row + ROW
        this.first = row / ROW
        for (; row < table.length; row = row + FIELDS * ROW) this.kept.push(0, 0, 0, 0)
    }

    /** Adds the values of a reading. Skips those that are `undefined`. */
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

    /** Whether no values were added since the last {@link moveTo}. */
    isEmpty(): boolean {
        for (let i = 0; i < this.kept.length; i = i + KEPT) if (this.kept[i] > 0) return false
        return true
    }

    /**
     * Writes the statistics into the values of a reading, the mean rounded to an integer, and starts over. Fields without
     * any value stay as they are.
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

    /** Index of the source field of the group of statistics number `index`. */
    private sourceOf(index: number): number {
        return this.table[(this.first + index * FIELDS) * ROW + Cell.First]
    }
}

/** Whether a profile has statistics. */
export function hasStatistics(table: Buffer): boolean {
    return table[table.length - ROW + Cell.Read] === UNREAD
}
