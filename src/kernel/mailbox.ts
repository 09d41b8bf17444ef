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
    private readonly ring: T[]
    private first = 0
    private waiter: ds.Fiber
    private inSlice = 0

    /**
     * @param capacity how many messages may wait, 1 or more
     * @param overflow what happens to one more
     */
    constructor(
        readonly capacity: number,
        readonly overflow: Overflow,
    ) {
        if (!(capacity >= 1)) throw new RangeError("mailbox capacity must be 1 or more")
        this.ring = []
        for (let i = 0; i < capacity; i++) this.ring.push(undefined)
    }

    /**
     * Puts a message into the queue and wakes the taker.
     * @param message anything but `undefined`, which stands for "nothing came" in {@link take}
     * @returns whether nothing had to be dropped
     */
    post(message: T): boolean {
        const fits = this.makeRoom()
        if (fits || this.overflow !== "drop-newest") {
            this.ring[(this.first + this.length) % this.capacity] = message
            this.length++
        }
        this.wake()
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
            if (timeoutMs !== undefined && timeoutMs < 1) await ds.sleep(1)
            else await this.wait(timeoutMs)
        } else if (++this.inSlice > MESSAGES_PER_SLICE) {
            this.inSlice = 0
            await ds.sleep(1)
        }
        return this.shift()
    }

    /** Wakes the taker even if there is nothing to take. */
    wake() {
        const waiter = this.waiter
        this.waiter = undefined
        if (waiter?.suspended) waiter.resume(undefined)
    }

    private async wait(timeoutMs: number) {
        this.waiter = ds.Fiber.self()
        await ds.suspend(timeoutMs)
        this.waiter = undefined
    }

    private makeRoom(): boolean {
        if (this.overflow === "keep-latest") {
            const fits = this.length === 0
            while (this.length > 0) this.drop()
            return fits
        }
        if (this.length < this.capacity) return true
        if (this.overflow === "drop-oldest") this.drop()
        else this.dropped++
        return false
    }

    private drop() {
        this.shift()
        this.dropped++
    }

    private shift(): T {
        if (this.length === 0) return undefined
        const message = this.ring[this.first]
        this.ring[this.first] = undefined
        this.first = (this.first + 1) % this.capacity
        this.length--
        return message
    }
}
