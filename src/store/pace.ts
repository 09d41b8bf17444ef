import * as ds from "@devicescript/core"

/** Coding a reading takes some 4000 of the VM's 131072 steps a slice; the caller may have used some already. */
const READINGS_PER_SLICE = 8

/** Lets other fibers run every now and then in a long loop over readings. */
export class Pace {
    private readings = 0

    async step() {
        this.readings++
        if (this.readings < READINGS_PER_SLICE) return
        this.readings = 0
        await ds.sleep(1)
    }
}
