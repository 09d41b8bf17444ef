import type { Clock, Timer } from "../../sim/clock"

/** The clock of another computer in a virtual network, which may be set wrong. */
export class RemoteClock implements Clock {
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
