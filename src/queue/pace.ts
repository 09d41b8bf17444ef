import * as ds from "@devicescript/core"

/**
 * Fields coded before the next pause. A slice has 131072 VM steps. A field takes some 800 of them, or 2000 if it is far from its
 * prediction, and each reading takes some 800 more. The reading that reaches this number is coded whole. So a slice can hold
 * this many fields and one more reading of 31, which is the most that `configure` accepts: 78 % of the steps if all are far off.
 */
export const FIELDS_PER_SLICE = 20
/** A block's header takes as long as this many fields. */
export const HEADER_FIELDS = 8
/** A checksum over this many bytes takes as long as one field. */
export const CHECKED_BYTES = 16

let done = 0

/** Lets other fibers run once enough fields were coded. Call it after each reading, header or checksum. */
export async function pace(fields: number) {
    done = done + fields + 1
    if (done < FIELDS_PER_SLICE) return
    done = 0
    await ds.sleep(1)
}
