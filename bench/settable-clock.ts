import type { Clock, Timer } from "../sim/clock"

/** A clock that goes as another one does, and that somebody may set. */
export class SettableClock implements Clock {
    /** How far it is ahead of the other one, in ms. */
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
