import type { Values } from "../line/meters/profile"

/** For each row: what it was labelled with, or 0 if it was left out; a meter, and one of its inputs that is in the row. */
const TIME = 0
const METER = 4
const INPUT = 5
const ROW_BYTES = 6

/** What was sent last, and whether its fate is known. It belongs to the program: an uplink that is replaced leaves it behind. */
export class Doubt {
    /** Some of it may be stored, and nothing else may be sent before that is known. */
    open = false
    /** Running number behind its last reading. */
    end!: number
    /** Readings in it. */
    rows!: number
    /** Whether their times are Unix times. */
    absolute!: boolean
    /** Rows that the server had stored when it was asked last; -1 before that. */
    stored!: number
    /** Whether the server cannot be working on it any more. */
    settled!: boolean
    /**
     * For readings that were found after a restart: the time now, in seconds. Any row up to then may be among those that the
     * server has, and what comes before it, too. Else 0.
     */
    until!: number
    /** Rows that {@link rowsStored} took for stored only because the server has later ones, which may be somebody else's. */
    presumed!: number
    private readonly content: Buffer

    /**
     * @param inputs tells the name of an input by numbers of its meter and itself
     * @param limit most readings in it
     */
    constructor(
        private readonly inputs: { name(meter: number, input: number): string },
        limit: number,
    ) {
        this.content = Buffer.alloc(limit * ROW_BYTES)
    }

    begin(absolute: boolean): void {
        this.end = 0
        this.rows = 0
        this.absolute = absolute
        this.stored = -1
        this.settled = false
        this.until = 0
    }

    /**
     * @param values at least one of which is not `undefined`, unless the row was left out
     * @param time what the row was labelled with, in seconds; 0 if it was left out
     */
    add(meter: number, values: Values, time: number): void {
        const at = this.rows * ROW_BYTES
        let input = 0
        while (input + 1 < values.length && values[input] === undefined) input++
        this.content.setAt(at + TIME, "u32", time)
        this.content[at + METER] = meter
        this.content[at + INPUT] = input
        this.rows++
    }

    /** How many of its first rows were left out. */
    leftOut(rows: number): number {
        let count = 0
        while (--rows >= 0) if (this.timeOf(rows) === 0) count++
        return count
    }

    timeOf(row: number): number {
        return this.content.getAt(row * ROW_BYTES + TIME, "u32")
    }

    /** An input that is in the row. */
    keyOf(row: number): string {
        const at = row * ROW_BYTES
        return this.inputs.name(this.content[at + METER], this.content[at + INPUT])
    }
}

/**
 * How many rows of a batch are stored. The server handles rows in their order, and each sets the time of the inputs that
 * it names; so the row whose time an input has, and all before it, are stored. Only a time that was sent counts:
 * another one comes from an earlier batch. Of readings that were found after a restart nobody knows what was sent after
 * them, so any time counts that can be ours; see {@link Doubt.presumed}.
 *
 * @param lastRow asks for the time of the last row in which an input was; `null` for none
 * @param interval all times that we send are multiples of it, in seconds
 */
export async function rowsStored(
    batch: Doubt,
    lastRow: (input: string) => Promise<number | null>,
    interval: number,
): Promise<number> {
    const asked: string[] = []
    let stored = 0
    let proven = 0
    for (let last = batch.rows - 1; last >= stored; last--) {
        const key = batch.keyOf(last)
        if (asked.indexOf(key) >= 0) continue
        asked.push(key)
        const time = await lastRow(key)
        if (time === null) continue
        for (let i = stored; i <= last; i++) {
            if (batch.keyOf(i) !== key) continue
            const sent = batch.timeOf(i)
            if (sent === time) proven = i + 1
            else if (sent > time || time > batch.until || time % interval > 0) continue
            stored = i + 1
        }
    }
    batch.presumed = stored - proven
    return stored
}
