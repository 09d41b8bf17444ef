import type { Reading } from "../../meters/profile"
import { DamagedBlock } from "./block"
import { BlockCoder, type MeterLayouts } from "./coder"

/** Reads the readings of a block, one at a time; also of a block that is still being written. */
export class BlockDecoder extends BlockCoder {
    /** @throws UnknownBlockVersion */
    constructor(layouts: MeterLayouts, block: Buffer) {
        super(layouts, block, undefined)
    }

    /**
     * The next reading; it is for the caller to know that there is one.
     * @throws DamagedBlock
     * @throws UnknownMeter this reading and all behind it are lost
     */
    next(): Reading {
        this.stream.refresh()
        this.values = []
        this.code()
        if (this.stream.isExhausted()) throw new DamagedBlock("it ends too early")
        this.learn()
        return { meter: this.predictor.layout.meter, at: this.at, values: this.values }
    }
}
