import type { Clock, Timer } from "../sim/clock"

/** A clock that follows another one, and can be set. */
export class SettableClock implements Clock {
    /** How far ahead of the other clock it is, in ms. */
    aheadMs = 0

    constructor(private readonly clock: Clock) {}

    now(): number {
        return this.clock.now() + this.aheadMs
    }

    setTimeout(callback: () => void, ms: number): Timer {
        return this.clock.setTimeout(callback, ms)
    }

    clearTimeout(timer: Timer | undefined): void {
        this.clock.clearTimeout(timer)
    }

    touch(): void {
        this.clock.touch?.()
    }
}
