import type { Meter, Reading } from "../meters/profile"

/** Where things are in a record: time (8 bytes), meter, which values are unknown and which negative, the values. */
const METER = 8
const UNKNOWN = 10
const NEGATIVE = 12
const VALUES = 16

/**
 * The only owner of readings that are not yet delivered. A reading leaves it by {@link acknowledge}, or, when the
 * queue is full, as the oldest one, and then it is counted.
 *
 * Readings stand in one buffer that is allocated at the start. As objects they would take four times the room, and
 * lie about so that nothing larger finds a place between them: an outage would end for want of memory.
 */
export class ReadingQueue {
    /** Readings waiting now. */
    length = 0
    /** Readings that had to make room for newer ones since the start. */
    dropped = 0
    /** Running number of the oldest reading. */
    first = 0
    private readonly records: Buffer
    private readonly recordSize: number

    /**
     * @param capacity how many readings it holds; each takes 16 bytes and 4 for each field of the largest meter
     * @param meters those whose readings it will get; at most 16 fields each
     */
    constructor(
        readonly capacity: number,
        private readonly meters: Meter[],
    ) {
        if (!(capacity >= 1)) throw new RangeError("queue capacity must be 1 or more")
        let fields = 0
        for (const meter of meters) fields = Math.max(fields, meter.profile.fields.length)
        this.recordSize = VALUES + 4 * fields
        this.records = Buffer.alloc(capacity * this.recordSize)
    }

    append(reading: Reading) {
        if (this.length === this.capacity) {
            this.removeOldest()
            this.dropped++
        }
        this.write(this.place(this.length), reading)
        this.length++
    }

    /** The reading with a running number, without removing it; `undefined` when it is not in the queue. */
    peek(number: number): Reading {
        const index = number - this.first
        return index < 0 || index >= this.length ? undefined : this.read(this.place(index))
    }

    /**
     * Removes what was delivered. What had to make room meanwhile is not removed a second time.
     * @param end running number behind the last reading that was delivered
     */
    acknowledge(end: number) {
        while (this.length > 0 && this.first < end) this.removeOldest()
    }

    private removeOldest() {
        this.first++
        this.length--
    }

    /** Where the record of a waiting reading begins, counted from the oldest. */
    private place(index: number): number {
        return ((this.first + index) % this.capacity) * this.recordSize
    }

    private write(at: number, reading: Reading) {
        const { records } = this
        const { values } = reading
        let unknown = 0
        let negative = 0
        for (let i = 0; i < values.length; i++) {
            const value = values[i]
            if (value === undefined) unknown |= 1 << i
            else if (value < 0) negative |= 1 << i
            records.setAt(at + VALUES + 4 * i, "u32", value === undefined ? 0 : Math.abs(value))
        }
        records.setAt(at, "f64", reading.at)
        records.setAt(at + METER, "u8", this.meters.indexOf(reading.meter))
        records.setAt(at + UNKNOWN, "u16", unknown)
        records.setAt(at + NEGATIVE, "u16", negative)
    }

    private read(at: number): Reading {
        const { records } = this
        const meter = this.meters[records.getAt(at + METER, "u8")]
        const unknown = records.getAt(at + UNKNOWN, "u16")
        const negative = records.getAt(at + NEGATIVE, "u16")
        const values: number[] = []
        for (let i = 0; i < meter.profile.fields.length; i++) {
            const magnitude = records.getAt(at + VALUES + 4 * i, "u32")
            if (unknown & (1 << i)) values.push(undefined)
            else values.push(negative & (1 << i) ? -magnitude : magnitude)
        }
        return { meter, at: records.getAt(at, "f64"), values }
    }
}
