import { eastronFields } from "./eastron"
import type { Profile } from "./profile"

/** Eastron SDM230: 176 to 276 V, 100 A. Many units come set to 2400 bit/s instead. */
export const sdm230: Profile = {
    model: "sdm230",
    baud: 9600,
    stopBits: 1,
    address: 1,
    settleMs: 0,
    reads: [
        { functionCode: 4, start: 0, count: 32 },
        { functionCode: 4, start: 70, count: 6 },
    ],
    fields: eastronFields(176, 276, 100),
    startingCurrent: 40,
}
