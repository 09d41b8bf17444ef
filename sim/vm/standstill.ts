import type { Clock } from "../clock"

/** The times during which the runtime is inside a call that blocks the whole chip, such as a transfer on the I2C bus. */
export class Standstill {
    private until = Number.NEGATIVE_INFINITY

    constructor(private readonly clock: Clock) {}

    /** Adds a call that takes `ms`. */
    add(ms: number): void {
        this.until = Math.max(this.until, this.clock.now()) + ms
    }

    /** Returns how long it still lasts, in ms; 0 while the runtime is free. */
    left(): number {
        return Math.max(0, this.until - this.clock.now())
    }
}
