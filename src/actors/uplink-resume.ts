import type { Meter, Reading } from "../meters/profile"

/** A batch on its way, or one whose fate is not known. */
export interface SentBatch {
    /** Running number of its first reading. */
    readonly first: number
    readonly readings: Reading[]
    /** What the rows were labelled with, in seconds. */
    readonly times: number[]
    /** Whether these are Unix times. */
    readonly absolute: boolean
    /** Rows that the server had stored when it was asked last; -1 before that. */
    stored: number
    /** Whether the server cannot be working on it any more. */
    settled: boolean
}

/**
 * How many rows of a batch are stored. The server handles rows in their order, and each sets the time of the inputs that
 * it names; so the row whose time an input has, and all before it, are stored. Only a time that was sent counts:
 * another one comes from an earlier batch.
 *
 * @param lastRow asks for the time of the last row in which the first value of a reading was; `null` for none
 */
export async function rowsStored(
    { readings, times }: SentBatch,
    lastRow: (reading: Reading) => Promise<number>,
): Promise<number> {
    const asked: Meter[] = []
    let stored = 0
    for (let last = readings.length - 1; last >= stored; last--) {
        const { meter } = readings[last]
        if (asked.indexOf(meter) >= 0) continue
        asked.push(meter)
        const time = await lastRow(readings[last])
        for (let i = stored; i <= last; i++)
            if (readings[i].meter === meter && times[i] === time) stored = i + 1
    }
    return stored
}
