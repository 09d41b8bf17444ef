import type { Clock, Timer } from "../../../sim/clock"

interface Alarm extends Timer {
    readonly due: number
    readonly callback: () => void
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
    private alarms: Alarm[] = []

    /** @param time milliseconds since the Unix epoch */
    constructor(private time: number) {}

    now(): number {
        return this.time
    }

    setTimeout(callback: () => void, ms: number): Timer {
        const alarm = { due: this.time + ms, callback }
        this.alarms.push(alarm)
        return alarm
    }

    clearTimeout(timer: Timer | undefined): void {
        this.alarms = this.alarms.filter(alarm => alarm !== timer)
    }

    /** How many timers are set. */
    get pending(): number {
        return this.alarms.length
    }

    /** Advances the time, and runs everything that becomes due on the way, in order. */
    advance(ms: number): void {
        const end = this.time + ms
        for (;;) {
            const next = this.alarms.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0]
            if (!next) break
            this.clearTimeout(next)
            this.time = next.due
            next.callback()
        }
        this.time = end
    }
}
