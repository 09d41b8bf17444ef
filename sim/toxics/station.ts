import type { Clock, Timer } from "../clock"
import type { Random } from "../random"
import { createStage, type Item, type Stage } from "./stage"
import type { ConnectionToxic } from "./toxic"

/** The environment of a station. */
export interface StationPlace {
    readonly clock: Clock
    readonly random: Random
    /** Passes an item to whatever comes next. */
    next(item: Item): void
    reset(): void
}

/** A point on a link where items queue for one toxic. Once the toxic is removed, they pass straight through. */
export class Station {
    private readonly stage: Stage
    private readonly queue: Item[] = []
    private readonly sleepers = new Map<() => void, Timer>()
    private working = false
    private open = false

    constructor(
        readonly toxic: ConnectionToxic,
        private readonly place: StationPlace,
    ) {
        this.stage = createStage(toxic, {
            clock: place.clock,
            random: place.random,
            emit: item => place.next(item),
            sleep: ms => this.sleep(ms),
            reset: () => place.reset(),
        })
    }

    /** Number of bytes waiting here. */
    get waiting(): number {
        return this.queue.reduce((sum, item) => sum + (typeof item === "object" ? item.data.length : 0), 0)
    }

    accept(item: Item): void {
        this.queue.push(item)
        if (!this.working) this.work()
    }

    /** Removes the toxic. Waiting items go on at once, in order. */
    remove(): void {
        this.open = true
        this.stage.removed?.()
        this.wakeAll()
    }

    /** Called when the connection is gone. */
    abandon(): void {
        this.open = true
        this.queue.length = 0
        this.wakeAll()
    }

    private async work(): Promise<void> {
        this.working = true
        for (let item = this.queue.shift(); item !== undefined; item = this.queue.shift()) {
            if (typeof item === "object" && !this.open) {
                await this.stage.pass(item)
            } else {
                if (!this.open) await this.stage.end?.()
                this.place.next(item)
            }
        }
        this.working = false
    }

    private sleep(ms: number): Promise<boolean> {
        if (this.open) return Promise.resolve(false)
        if (ms <= 0) return Promise.resolve(true)
        return new Promise(resolve => {
            const wake = () => resolve(false)
            const timer = this.place.clock.setTimeout(() => {
                this.sleepers.delete(wake)
                resolve(true)
            }, ms)
            this.sleepers.set(wake, timer)
        })
    }

    private wakeAll(): void {
        for (const [wake, timer] of this.sleepers) {
            this.place.clock.clearTimeout(timer)
            wake()
        }
        this.sleepers.clear()
    }
}
