import { Actor } from "../kernel/actor"
import { info, warn } from "../kernel/log"
import { Mailbox } from "../kernel/mailbox"
import type { Topic } from "../kernel/topic"
import { DateVerdict, FLOOR_MS, WallClock } from "../kernel/wall-clock"

/** A date that a server put on its answer. */
export interface ServerDate {
    /** ms since the Unix epoch, a whole second. */
    readonly dateMs: number
    /** `ds.millis()` before the request left. */
    readonly sentAt: number
    /** `ds.millis()` after the answer came. */
    readonly receivedAt: number
}

/** What is known of the wall clock. */
export interface ClockEstimate {
    /** Wall time minus `ds.millis()`, in ms. */
    readonly offset: number
    /** How far off that may be to either side, in ms. */
    readonly uncertainty: number
}

/** Makes a clock of the dates of the server's answers. */
export class Timekeeper extends Actor<ServerDate> {
    private readonly wallClock = new WallClock()
    private doubting = false

    constructor(
        dates: Topic<ServerDate>,
        private readonly clock: Topic<ClockEstimate>,
    ) {
        super(new Mailbox<ServerDate>(4, "drop-oldest"))
        this.receive(dates)
    }

    protected override async handle(date: ServerDate) {
        const { wallClock } = this
        const first = !wallClock.known
        const verdict = wallClock.observe(date.dateMs, date.sentAt, date.receivedAt)
        this.tell(verdict, first, date)
        this.doubting = verdict === DateVerdict.Doubted || verdict === DateVerdict.BelowFloor
        if (this.doubting) return
        this.clock.publish({ offset: wallClock.offset(), uncertainty: wallClock.uncertainty() })
    }

    private tell(verdict: DateVerdict, first: boolean, date: ServerDate) {
        if (verdict === DateVerdict.Followed) {
            warn("timekeeper", "the server's clock has been set; following it")
        } else if (verdict === DateVerdict.BelowFloor) {
            // Before the clock is known, the uplink says it: it cannot upload then.
            if (!this.doubting && !first) {
                const years = Math.round((FLOOR_MS - date.dateMs) / 31557600000)
                warn("timekeeper", "the server's clock is " + years + " years behind; set it right")
            }
        } else if (verdict === DateVerdict.Doubted) {
            if (!this.doubting) warn("timekeeper", "the server's clock has jumped; not believed yet")
        } else if (first) {
            info("timekeeper", "the clock is known")
        }
    }
}
