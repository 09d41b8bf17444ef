import type { Clock, Timer } from "./clock"

/** The clock of another computer in a virtual network. It can be set wrong. */
export class RemoteClock implements Clock {
    /** How far it is ahead, in ms. */
    offset = 0
    private driftPerMs = 0
    private driftsSince = 0

    constructor(private readonly clock: Clock) {}

    now(): number {
        const now = this.clock.now()
        return now + this.offset + this.driftPerMs * (now - this.driftsSince)
    }

    /** Makes the clock gain `msPerHour` from now on. 0 ends the drift and undoes it, so that only {@link offset} remains. */
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
