import * as ds from "@devicescript/core"

/**
 * Fields coded between two pauses. One takes some 800 of the 131072 VM steps that a slice has, or 2000 when it is not at all
 * as expected, and a reading some 800 besides; so this is less than half of them at worst, and the rest is for whoever calls.
 */
export const FIELDS_PER_SLICE = 24
/** A block's header takes as long as so many fields. */
export const HEADER_FIELDS = 8
/** A checksum over so many bytes takes as long as a field. */
export const CHECKED_BYTES = 16

let done = 0

/** Lets other fibers run every now and then. To be called after each reading or header that was written or read. */
export async function pace(fields: number) {
    done = done + fields + 1
    if (done < FIELDS_PER_SLICE) return
    done = 0
    await ds.sleep(1)
}
