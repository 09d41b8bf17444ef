import type { Clock, Timer } from "./clock"

/** The clock of another computer in a virtual network, which may be set wrong. */
export class RemoteClock implements Clock {
    /** How much it is ahead, in ms. */
    offset = 0
    private driftPerMs = 0
    private driftsSince = 0

    constructor(private readonly clock: Clock) {}

    now(): number {
        const now = this.clock.now()
        return now + this.offset + this.driftPerMs * (now - this.driftsSince)
    }

    /** From now on it goes this much faster, in ms an hour; from 0 on it is right again but for {@link offset}. */
    drift(msPerHour: number): void {
        this.driftPerMs = msPerHour / 3_600_000
        this.driftsSince = this.clock.now()
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
