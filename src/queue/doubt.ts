import type { Values } from "../line/meters/profile"

/** Layout of a row: its timestamp, or 0 if it was left out; the number of its meter; and one of the inputs in the row. */
const TIME = 0
const METER = 4
const INPUT = 5
const ROW_BYTES = 6

/** The batch that was sent last, and whether its outcome is known. The program owns it, so it outlives the uplink actor. */
export class Doubt {
    /** Nothing else may be sent until the outcome is `known`. */
    outcome:
        | "known"
        /** No answer came: the server may have stored part of the batch, and may still be working on it. */
        | "pending"
        /** The server may have stored part of the batch, but has certainly finished working on it. */
        | "settled" = "known"
    /** Running number after its last reading. */
    end!: number
    /** Number of readings. */
    rows!: number
    /** Whether the times of the rows are Unix times. */
    absolute!: boolean
    /** Rows that the server had stored when last asked; -1 if not asked yet. */
    stored!: number
    /**
     * For readings found after a restart, the current time in seconds; otherwise 0. If the server's last row is not later than
     * this, all rows up to its time count as stored, even if that time was not sent with this batch.
     */
    until!: number
    /** Rows that {@link rowsStored} counted as stored only because the server has later ones, which others may have sent. */
    presumed!: number
    private readonly content: Buffer

    /**
     * @param inputs returns the name of an input, given the number of its meter and its own number
     * @param limit maximum number of readings
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
        this.outcome = "known"
        this.until = 0
    }

    /**
     * @param values at least one of them is known, unless the row was left out
     * @param time timestamp of the row in seconds; 0 if it was left out
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

    /** How many of the first `rows` rows were left out. */
    leftOut(rows: number): number {
        let count = 0
        while (--rows >= 0) if (this.timeOf(rows) === 0) count++
        return count
    }

    timeOf(row: number): number {
        return this.content.getAt(row * ROW_BYTES + TIME, "u32")
    }

    /** Name of an input in the row. */
    keyOf(row: number): string {
        const at = row * ROW_BYTES
        return this.inputs.name(this.content[at + METER], this.content[at + INPUT])
    }
}

/**
 * Determines how many rows of a batch the server has stored. The server handles rows in order, and each row sets the time
 * of the inputs that it names. So if an input has the time of a row, that row and all before it are stored. Only a time that
 * was sent counts; any other comes from an earlier batch. For readings found after a restart, it is unknown what was sent
 * after them, so any time that this device can have sent counts; see {@link Doubt.presumed}.
 *
 * @param lastRow asks the server for the time of the last row with an input; `null` if there is none
 * @param interval in seconds; all times that the device sends are multiples of it
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
