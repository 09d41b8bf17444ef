import { info, warn } from "../device/log"
import { DateVerdict, FLOOR_MS, WallClock } from "../device/wall-clock"
import { Actor } from "../kernel/actor"
import { Mailbox } from "../kernel/mailbox"
import type { Topic } from "../kernel/topic"

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

const SOURCE = "timekeeper"

/** Makes a clock of the dates of the server's answers. */
export class Timekeeper extends Actor<ServerDate> {
    private readonly wallClock = new WallClock()
    private doubting = false

    constructor(
        dates: Topic<ServerDate>,
        private readonly clock: Topic<ClockEstimate>,
    ) {
        super(new Mailbox<ServerDate>(4, "drop-oldest"))
        this.listen(dates, this.mailbox.post)
    }

    protected override async handle({ dateMs, sentAt, receivedAt }: ServerDate) {
        const { wallClock } = this
        const first = !wallClock.known
        const verdict = wallClock.observe(dateMs, sentAt, receivedAt)
        if (verdict === DateVerdict.Doubted || verdict === DateVerdict.BelowFloor) {
            if (!this.doubting) this.doubt(verdict, dateMs)
            this.doubting = true
            return
        }
        this.doubting = false
        if (verdict === DateVerdict.Followed) warn(SOURCE, "the server's clock has been set; following it")
        else if (first) info(SOURCE, "the clock is known")
        this.clock.publish({ offset: wallClock.offset(), uncertainty: wallClock.uncertainty() })
    }

    private doubt(verdict: DateVerdict, dateMs: number) {
        if (verdict === DateVerdict.Doubted) {
            warn(SOURCE, "the server's clock has jumped; not believed yet")
        } else if (this.wallClock.known) {
            // Before the clock is known, the uplink says it: it cannot upload then.
            const years = Math.round((FLOOR_MS - dateMs) / 31557600000)
            warn(SOURCE, "the server's clock is " + years + " years behind; set it right")
        }
    }
}
