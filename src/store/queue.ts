import type { Reading } from "../meters/profile"

/** Some of the oldest readings of a queue, still in it. */
export interface Batch {
    /** Oldest first. */
    readonly readings: Reading[]
    /** What {@link ReadingQueue.acknowledge} wants to hear when all of them are delivered. */
    readonly end: number
}

/**
 * The only owner of readings that are not yet delivered. A reading leaves it by {@link acknowledge}, or, when the
 * queue is full, as the oldest one, and then it is counted.
 */
export class ReadingQueue {
    /** Readings waiting now. */
    length = 0
    /** Readings that had to make room for newer ones since the start. */
    dropped = 0
    private readonly ring: Reading[] = []
    /** Running number of the oldest reading. */
    private first = 0

    /** @param capacity how many readings it holds, about 200 bytes of heap each */
    constructor(readonly capacity: number) {
        if (!(capacity >= 1)) throw new RangeError("queue capacity must be 1 or more")
    }

    append(reading: Reading) {
        if (this.length === this.capacity) {
            this.removeOldest()
            this.dropped++
        }
        this.ring[(this.first + this.length) % this.capacity] = reading
        this.length++
    }

    /** Up to `count` of the oldest readings, without removing them. */
    peek(count: number): Batch {
        const size = Math.min(count, this.length)
        const readings: Reading[] = []
        for (let i = 0; i < size; i++) readings.push(this.ring[(this.first + i) % this.capacity])
        return { readings, end: this.first + size }
    }

    /**
     * Removes what was delivered. What has been dropped since the batch was peeked is not removed a second time.
     * @param end the batch's end, or the number of the first of its readings that was not delivered
     */
    acknowledge(end: number) {
        while (this.length > 0 && this.first < end) this.removeOldest()
    }

    private removeOldest() {
        this.ring[this.first % this.capacity] = undefined
        this.first++
        this.length--
    }
}
