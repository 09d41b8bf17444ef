/** A batch on its way, or one whose fate is not known. */
export interface SentBatch {
    /** Running number behind its last reading. */
    end: number
    /** An input in each row. */
    readonly keys: string[]
    /** What the rows were labelled with, in seconds. */
    readonly times: number[]
    /** Whether these are Unix times. */
    readonly absolute: boolean
    /** Rows that the server had stored when it was asked last; -1 before that. */
    stored: number
    /** Whether the server cannot be working on it any more. */
    settled: boolean
    /**
     * For readings that were found after a restart: the time now, in seconds. Any row up to then may be among those that the
     * server has, and what comes before it, too. Else 0.
     */
    until: number
}

/**
 * How many rows of a batch are stored. The server handles rows in their order, and each sets the time of the inputs that
 * it names; so the row whose time an input has, and all before it, are stored. Only a time that was sent counts:
 * another one comes from an earlier batch. Of readings that were found after a restart nobody knows what was sent, so any
 * time counts that can be true.
 *
 * @param lastRow asks for the time of the last row in which an input was; `null` for none
 */
export async function rowsStored(
    { keys, times, until }: SentBatch,
    lastRow: (input: string) => Promise<number>,
): Promise<number> {
    const asked: string[] = []
    let stored = 0
    for (let last = keys.length - 1; last >= stored; last--) {
        const key = keys[last]
        if (asked.indexOf(key) >= 0) continue
        asked.push(key)
        const time = await lastRow(key)
        for (let i = stored; i <= last; i++)
            if (keys[i] === key && (times[i] === time || (times[i] < time && time <= until))) stored = i + 1
    }
    return stored
}
