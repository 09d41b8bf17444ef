import type { Meter } from "../meters/profile"

/**
 * A batch on its way, or one whose fate is not known. The readings themselves stay in the queue: as objects they would
 * leave no piece of the heap that is large enough for anything else.
 */
export interface SentBatch {
    /** Running number of its first reading. */
    readonly first: number
    /** Whose the rows are. */
    readonly meters: Meter[]
    /** Which of the meter's inputs is the first one in the row. */
    readonly inputs: number[]
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
 * @param lastRow asks for the time of the last row in which the first input of a row of the batch was; `null` for none
 */
export async function rowsStored(
    { meters, times }: SentBatch,
    lastRow: (row: number) => Promise<number>,
): Promise<number> {
    const asked: Meter[] = []
    let stored = 0
    for (let last = meters.length - 1; last >= stored; last--) {
        const meter = meters[last]
        if (asked.indexOf(meter) >= 0) continue
        asked.push(meter)
        const time = await lastRow(last)
        for (let i = stored; i <= last; i++) if (meters[i] === meter && times[i] === time) stored = i + 1
    }
    return stored
}
