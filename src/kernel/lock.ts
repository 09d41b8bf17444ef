import * as ds from "@devicescript/core"

/** Lets one fiber at a time through, in the order of asking. */
export class Lock {
    private held = false
    private readonly waiting: ds.Fiber[] = []

    /** Waits for its turn. Who has it must {@link release} the lock, whatever happens. */
    async acquire() {
        if (this.held) {
            this.waiting.push(ds.Fiber.self())
            // Whoever holds the lock hands it over without setting it free.
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
