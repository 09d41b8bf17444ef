import * as ds from "@devicescript/core"
import { MemoryChip, type MemoryPart } from "../../../sim/i2c/memory-chip"
import type { I2cBus } from "../../../src/device/i2c-slots"

export function chipOf(part: MemoryPart): MemoryChip {
    return new MemoryChip(part, ds.millis)
}

/** The bus that the chip is on. A real one works beside the program; this one takes steps of it. */
export function busOf(chip: MemoryChip): I2cBus {
    return {
        xfer: async (address, data, numRead) => {
            await ds.sleep(1)
            return await chip.xfer(address, data, numRead)
        },
    }
}
