import * as ds from "@devicescript/core"

/** Lets one fiber through at a time, first come, first served. */
export class Lock {
    private held = false
    private readonly waiting: ds.Fiber[] = []

    /** Waits for the lock. The caller must {@link release} it, also after an error. */
    async acquire() {
        if (this.held) {
            this.waiting.push(ds.Fiber.self())
            // The holder hands the lock over without freeing it.
            await ds.suspend()
        }
        this.held = true
    }

    release() {
        const next = this.waiting.shift()
        if (next) next.resume(undefined)
        else this.held = false
    }
}
