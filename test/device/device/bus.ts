import * as ds from "@devicescript/core"
import { MemoryChip, type MemoryPart } from "../../../sim/i2c/memory-chip"
import type { I2cBus } from "../../../src/device/i2c-slots"

export function chipOf(part: MemoryPart): MemoryChip {
    return new MemoryChip(part, ds.millis)
}

/** The chip's I2C bus. A real bus works in parallel with the program; this one costs the program VM steps. */
export function busOf(chip: MemoryChip): I2cBus {
    return {
        xfer: async (address, data, numRead) => {
            await ds.sleep(1)
            return await chip.xfer(address, data, numRead)
        },
    }
}
