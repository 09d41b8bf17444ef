import * as ds from "@devicescript/core"

/** Coding a field takes some 600 of the VM's 131072 steps a slice, at worst twice that; the caller has used some, too. */
const FIELDS_PER_SLICE = 48

/** Lets other fibers run every now and then in a long loop over readings. */
export class Pace {
    private fields = 0

    /** @param fields that were written or read */
    async step(fields: number) {
        this.fields = this.fields + fields
        if (this.fields < FIELDS_PER_SLICE) return
        this.fields = 0
        await ds.sleep(1)
    }
}
