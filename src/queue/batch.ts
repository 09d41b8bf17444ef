import type { Reading } from "../line/meters/profile"
import { BlockError } from "./codec/block"
import type { BlockCoder } from "./codec/coder"

/** Some of the oldest readings of a queue, still in it. They are of one block, and read one by one, which needs little memory. */
export class Batch {
    /** The reading in hand; `undefined` behind the last one. */
    reading: Reading | undefined
    /** Why it ended before its last reading. */
    failure: Error | undefined = undefined

    /**
     * @param coder in front of the first reading
     * @param end what the queue's `acknowledge` wants to hear when all readings before the one in hand are delivered
     * @param until the same for the last one
     * @param current the readings are of this boot of the chip: their times are those of `ds.millis()`
     * @param wallOffset wall time minus the time of these readings in ms; `undefined` while it is not known
     * @param unconfirmed the readings were found after a restart, and may have been delivered before it. The server knows
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

    /** Goes on to the next reading. */
    next() {
        this.end++
        this.read()
    }

    /** What cannot be read ends the batch. */
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
