import type { Clock, Timer } from "../clock"

/** The clock of a server that its owner has set wrong. */
export class ServerClock implements Clock {
    /** How much it is ahead, in ms. */
    offset = 0

    constructor(private readonly clock: Clock) {}

    now(): number {
        return this.clock.now() + this.offset
    }

    setTimeout(callback: () => void, ms: number): Timer {
        return this.clock.setTimeout(callback, ms)
    }

    clearTimeout(timer: Timer | undefined): void {
        this.clock.clearTimeout(timer)
    }
}
