import * as ds from "@devicescript/core"

/** What a full mailbox does with one more message. */
export type Overflow =
    /** the oldest message makes room */
    | "drop-oldest"
    /** the new message is rejected */
    | "drop-newest"

/**
 * The VM stops a program that runs 131072 steps without suspending. Taking a message costs some 60 steps here; with 32
 * messages in a row, each handler has 4000.
 */
const MESSAGES_PER_SLICE = 32

/**
 * A bounded queue between fibers: any fiber posts, one fiber takes. Posting never waits. A full mailbox drops messages
 * according to its policy, and counts them.
 */
export class Mailbox<T> {
    /** Messages not taken yet, oldest first. */
    readonly waiting: T[] = []
    /** Messages dropped so far. */
    dropped = 0
    private waiter: ds.Fiber | undefined = undefined
    private inSlice = 0

    /**
     * @param capacity how many messages can wait, 1 or more
     * @param overflow what to do with one more
     */
    constructor(
        readonly capacity: number,
        private readonly overflow: Overflow,
    ) {
        if (!(capacity >= 1)) throw new RangeError("mailbox capacity must be 1 or more")
    }

    /**
     * Puts a message into the queue and wakes the taker.
     * @param message anything but `undefined`, which means "nothing came" in {@link take}
     * @returns false if a message was dropped
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
     * Takes the oldest message, and waits for one if there is none.
     * @param timeoutMs how long to wait; forever if omitted
     * @returns `undefined` if nothing came in time, or if {@link wake} was called
     */
    async take(timeoutMs?: number): Promise<T | undefined> {
        const { waiting } = this
        if (waiting.length === 0) {
            this.inSlice = 0
            // Not a separate method: each waiting actor would keep one more frame on the heap.
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
