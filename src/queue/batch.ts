import type { Reading } from "../line/meters/profile"
import { BlockError } from "./codec/block"
import type { BlockCoder } from "./codec/coder"

/**
 * Iterates over the oldest readings of a queue, which stay in it. They come from one block and are decoded one by one to save
 * memory.
 */
export class Batch {
    /** The current reading; `undefined` after the last one. */
    reading: Reading | undefined
    /** Why the batch ended before its last reading; `undefined` if it did not. */
    failure: Error | undefined = undefined

    /**
     * @param coder positioned at the first reading
     * @param end argument for the queue's `acknowledge` once all readings before the current one are delivered
     * @param until value of `end` after the last reading
     * @param current whether the readings are from this boot of the chip, so that their times are on the clock of `ds.millis()`
     * @param wallOffset wall time minus the time of these readings in ms; `undefined` while it is not known
     * @param unconfirmed whether the readings were found after a restart, so that the server may already have them
     */
    constructor(
        private readonly coder: BlockCoder,
        public end: number,
        private readonly until: number,
        readonly current: boolean,
        readonly wallOffset: number | undefined,
        readonly unconfirmed: boolean,
    ) {
        this.read()
    }

    /** Advances to the next reading. */
    next() {
        this.end++
        this.read()
    }

    /** Decodes the current reading. One that cannot be read ends the batch. */
    private read() {
        this.reading = undefined
        if (this.end >= this.until) return
        try {
            this.reading = this.coder.next()
        } catch (e) {
            if (!(e instanceof BlockError)) throw e
            this.failure = e
        }
    }
}
