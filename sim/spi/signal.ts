/** A logic level over time. Times are in microseconds. */
export interface Level {
    at(time: number): boolean
    /** The next time after `time` at which the level can change; infinity for never. */
    next(time: number): number
}

/** A level drawn edge by edge, in the order of time. */
export class Signal implements Level {
    private readonly times: number[] = []
    private readonly levels: boolean[] = []

    /** @param idle the level before the first change */
    constructor(private readonly idle = true) {}

    /** Sets the level from `time` on. A change earlier than the last one is moved to the time of the last one. */
    set(time: number, level: boolean): void {
        if (level === this.last) return
        this.times.push(Math.max(time, this.lastTime))
        this.levels.push(level)
    }

    /** The level after the last change. */
    get last(): boolean {
        return this.levels.at(-1) ?? this.idle
    }

    /** The time of the last change. */
    get lastTime(): number {
        return this.times.at(-1) ?? Number.NEGATIVE_INFINITY
    }

    /** The times of all changes. */
    get edges(): readonly number[] {
        return this.times
    }

    at(time: number): boolean {
        const change = this.changesUntil(time)
        return change === 0 ? this.idle : this.levels[change - 1]!
    }

    /** When the level at `time` began; minus infinity before the first change. */
    since(time: number): number {
        const change = this.changesUntil(time)
        return change === 0 ? Number.NEGATIVE_INFINITY : this.times[change - 1]!
    }

    next(time: number): number {
        return this.times[this.changesUntil(time)] ?? Number.POSITIVE_INFINITY
    }

    /** Forgets everything before `time`, except the level at `time`. */
    forget(time: number): void {
        let keep = 0
        while (keep + 1 < this.times.length && this.times[keep + 1]! <= time) keep++
        this.times.splice(0, keep)
        this.levels.splice(0, keep)
    }

    /** The number of changes at or before `time`. */
    private changesUntil(time: number): number {
        let low = 0
        let high = this.times.length
        while (low < high) {
            const middle = (low + high) >> 1
            if (this.times[middle]! <= time) low = middle + 1
            else high = middle
        }
        return low
    }
}
