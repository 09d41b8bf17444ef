import * as ds from "@devicescript/core"

/** What a full mailbox does with one more message. */
export type Overflow =
    /** the oldest message makes room */
    | "drop-oldest"
    /** the new message is not taken */
    | "drop-newest"
    /** only the newest message is ever kept, whatever the capacity */
    | "keep-latest"

/**
 * The VM stops a program that runs 131072 steps without suspending. A drained message costs some 60 steps here and
 * the rest in its handler; 32 messages leave each handler 4000.
 */
const MESSAGES_PER_SLICE = 32

/**
 * A bounded queue between fibers: anyone posts, one fiber takes. Posting never waits and, once the ring is there,
 * allocates nothing. What does not fit is dropped by the named policy and counted.
 */
export class Mailbox<T> {
    /** Messages waiting now. */
    length = 0
    /** Messages dropped since the start. */
    dropped = 0
    /** How many messages may wait. */
    readonly capacity: number
    private readonly ring: T[]
    private first = 0
    private waiter: ds.Fiber = undefined
    private inSlice = 0

    /**
     * @param capacity how many messages may wait, 1 or more
     * @param overflow what happens to one more
     */
    constructor(
        capacity: number,
        readonly overflow: Overflow,
    ) {
        if (!(capacity >= 1)) throw new RangeError("mailbox capacity must be 1 or more")
        this.capacity = overflow === "keep-latest" ? 1 : capacity
        this.ring = []
        for (let i = 0; i < this.capacity; i++) this.ring.push(undefined)
    }

    /**
     * Puts a message into the queue and wakes the taker.
     * @param message anything but `undefined`, which stands for "nothing came" in {@link take}
     * @returns whether nothing had to be dropped
     */
    post(message: T): boolean {
        // Calls cost more than anything else in the VM, so there is none on the usual way.
        const { capacity, length } = this
        const fits = length < capacity
        if (!fits) {
            this.dropped++
            if (this.overflow === "drop-newest") return false
        }
        this.ring[(this.first + length) % capacity] = message
        if (fits) this.length = length + 1
        else this.first = (this.first + 1) % capacity
        if (this.waiter) this.wake()
        return fits
    }

    /**
     * The oldest message, waiting for one if need be.
     * @param timeoutMs how long to wait; without it, for ever
     * @returns `undefined` when nothing came in time, or when {@link wake} was called
     */
    async take(timeoutMs?: number): Promise<T> {
        if (this.length === 0) {
            this.inSlice = 0
            // Not in a method of its own: each waiting actor would keep one more frame on the heap.
            if (timeoutMs !== undefined && timeoutMs < 1) await ds.sleep(1)
            else {
                this.waiter = ds.Fiber.self()
                await ds.suspend(timeoutMs)
                this.waiter = undefined
            }
            if (this.length === 0) return undefined
        } else if (++this.inSlice > MESSAGES_PER_SLICE) {
            this.inSlice = 0
            await ds.sleep(1)
        }
        const { ring, first } = this
        const message = ring[first]
        ring[first] = undefined
        this.first = (first + 1) % this.capacity
        this.length--
        return message
    }

    /** Wakes the taker even if there is nothing to take. */
    wake() {
        const waiter = this.waiter
        this.waiter = undefined
        if (waiter?.suspended) waiter.resume(undefined)
    }
}
