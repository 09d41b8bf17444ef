import { info, warn } from "../device/log"
import type { WallClock } from "../device/wall-clock"
import { Actor } from "../kernel/actor"
import type { Topic } from "../kernel/topic"

/** The date of an answer from EmonCMS. */
export interface ServerDate {
    /** ms since the Unix epoch, a whole second. */
    readonly dateMs: number
    /** `ds.millis()` before the request left. */
    readonly sentAt: number
    /** `ds.millis()` after the answer came. */
    readonly receivedAt: number
    /** Time of a row that the server has, in ms since the Unix epoch; 0 if it was not asked or has none. */
    readonly lastRowMs: number
}

/** What is known about the wall clock. */
export interface ClockEstimate {
    /** Wall time minus `ds.millis()`, in ms. */
    readonly offset: number
    /** How far the offset may be off to either side, in ms. */
    readonly uncertainty: number
}

const SOURCE = "timekeeper"

/** Sets the program's clock by the dates of EmonCMS's answers, in the fiber that publishes them, and publishes the estimate. */
export class Timekeeper extends Actor<undefined> {
    constructor(
        dates: Topic<ServerDate>,
        private readonly clock: Topic<ClockEstimate>,
        private readonly wallClock: WallClock,
        private readonly pollMs: number,
    ) {
        super()
        this.listen(dates, this.onDate)
    }

    private onDate({ dateMs, sentAt, receivedAt, lastRowMs }: ServerDate) {
        const { wallClock } = this
        const first = !wallClock.known
        // A row's time is rounded to the interval.
        wallClock.earliest = Math.max(wallClock.earliest, lastRowMs - this.pollMs / 2)
        const verdict = wallClock.observe(dateMs, sentAt, receivedAt)
        if (verdict === "doubted") return
        if (verdict === "followed") warn(SOURCE, "the server's clock was changed; following it")
        else if (first) info(SOURCE, "the clock is known")
        this.clock.publish({ offset: wallClock.offset(), uncertainty: wallClock.uncertainty() })
    }
}
