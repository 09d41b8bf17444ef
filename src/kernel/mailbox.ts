import * as ds from "@devicescript/core"

/** What a full mailbox does with one more message. */
export type Overflow =
    /** the oldest message makes room */
    | "drop-oldest"
    /** the new message is not taken */
    | "drop-newest"

/**
 * The VM stops a program that runs 131072 steps without suspending. A drained message costs some 60 steps here and
 * the rest in its handler; 32 messages leave each handler 4000.
 */
const MESSAGES_PER_SLICE = 32

/**
 * A bounded queue between fibers: anyone posts, one fiber takes. Posting never waits. What does not fit is dropped by
 * the named policy and counted.
 */
export class Mailbox<T> {
    /** Messages that nobody has taken yet, the oldest first. */
    readonly waiting: T[] = []
    /** Messages dropped since the start. */
    dropped = 0
    private waiter: ds.Fiber | undefined = undefined
    private inSlice = 0

    /**
     * @param capacity how many messages may wait, 1 or more
     * @param overflow what happens to one more
     */
    constructor(
        readonly capacity: number,
        private readonly overflow: Overflow,
    ) {
        if (!(capacity >= 1)) throw new RangeError("mailbox capacity must be 1 or more")
    }

    /**
     * Puts a message into the queue and wakes the taker.
     * @param message anything but `undefined`, which stands for "nothing came" in {@link take}
     * @returns whether nothing had to be dropped
     */
    post(message: T): boolean {
        const { waiting } = this
        const fits = waiting.length < this.capacity
        if (!fits) {
            this.dropped++
            if (this.overflow === "drop-newest") return false
            waiting.shift()
        }
        waiting.push(message)
        if (this.waiter) this.wake()
        return fits
    }

    /**
     * The oldest message, waiting for one if need be.
     * @param timeoutMs how long to wait; without it, for ever
     * @returns `undefined` when nothing came in time, or when {@link wake} was called
     */
    async take(timeoutMs?: number): Promise<T | undefined> {
        const { waiting } = this
        if (waiting.length === 0) {
            this.inSlice = 0
            // Not in a method of its own: each waiting actor would keep one more frame on the heap.
            if ((timeoutMs as number) < 1) await ds.sleep(1)
            else {
                this.waiter = ds.Fiber.self()
                await ds.suspend(timeoutMs)
                this.waiter = undefined
            }
        } else if (++this.inSlice > MESSAGES_PER_SLICE) {
            this.inSlice = 0
            await ds.sleep(1)
        }
        return waiting.shift()
    }

    /** Wakes the taker even if there is nothing to take. */
    wake() {
        const { waiter } = this
        this.waiter = undefined
        if (waiter?.suspended) waiter.resume(undefined)
    }
}
