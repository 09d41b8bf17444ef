import { eastronFields } from "./eastron"
import type { Profile } from "./profile"

/**
 * Eastron SDM120: 161 to 300 V, 45 A. At its factory setting of 2400 bit/s one read of everything would take longer
 * than the SPI-UART can listen, so it is asked in three parts.
 */
export const sdm120: Profile = {
    model: "sdm120",
    baud: 2400,
    stopBits: 1,
    address: 1,
    settleMs: 0,
    reads: [
        { functionCode: 4, start: 0, count: 14 },
        { functionCode: 4, start: 18, count: 14 },
        { functionCode: 4, start: 70, count: 6 },
    ],
    fields: eastronFields(161, 300, 45),
    startingCurrent: 20,
}
