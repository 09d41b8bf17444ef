import * as ds from "@devicescript/core"
import type { Counters } from "../../../services/counters"
import { counters } from "../../counters"
import { error, info, notice, warn } from "../../device/log"
import { Actor } from "../../kernel/actor"
import { Mailbox } from "../../kernel/mailbox"
import type { Topic } from "../../kernel/topic"
import { formatDecimal } from "../../line/meters/format"
import type { Reading } from "../../line/meters/profile"
import { ROW } from "../../line/meters/row"
import { decimalsAt } from "../../line/meters/table"
import type { HttpClient } from "../../net/http"
import type { ReadingQueue } from "../../queue/reading-queue"
import type { LineTrouble } from "../poller/line-state"
import { sentenceOf } from "../uplink/failure"
import type { UploadReport } from "../uplink/upload-report"

/** How often the counters are printed when nothing happens, in ms. */
const IDLE_MS = 60000
/** Events within this time share one update of the counters, in ms. */
const TOGETHER_MS = 200

/**
 * Logs what happens: each reading and each upload in one line, trouble with the server once when it begins and once when it is
 * over. It also prints and publishes the program's counters.
 */
export class Reporter extends Actor<undefined> {
    declare protected readonly mailbox: Mailbox<undefined>
    /** The uplink's last complaint; empty while it works. */
    private complaint = ""

    constructor(
        readings: Topic<Reading>,
        troubles: Topic<LineTrouble>,
        uploads: Topic<UploadReport>,
        private readonly http: HttpClient,
        private readonly queue: ReadingQueue,
        private readonly taken: Mailbox<Reading>,
        private readonly published: Topic<Counters>,
    ) {
        super(new Mailbox<undefined>(1, "drop-oldest"))
        this.dueAt = ds.millis() + IDLE_MS
        this.listen(readings, this.onReading)
        this.listen(troubles, this.countSoon)
        this.listen(uploads, this.onUpload)
    }

    protected override async tick() {
        this.dueAt = ds.millis() + IDLE_MS
        const { queue, taken, http } = this
        const { crowdedOut, damaged, undatable, orphaned, refused } = counters
        const { dropped } = taken
        counters.queued = queue.length + taken.waiting.length
        counters.overrun = dropped
        counters.dropped = crowdedOut + damaged + undatable + orphaned + refused + dropped
        counters.requests = http.requests
        counters.bytesSent = http.bytesSent
        console.debug("counters: " + JSON.stringify(counters))
        this.published.publish(counters)
    }

    private onReading(reading: Reading) {
        info(reading.meter.name, () => readingText(reading))
        this.countSoon()
    }

    private onUpload(report: UploadReport) {
        const { failure, refused } = report
        for (const reading of refused)
            warn(
                reading.meter.name,
                "EmonCMS refuses a reading; it is not sent again: " + readingText(reading),
            )
        if (failure) {
            const sentence = sentenceOf(failure)
            if (sentence !== this.complaint) error("uplink", sentence)
            this.complaint = sentence
        } else if (this.complaint !== "") {
            this.complaint = ""
            notice("uplink", "EmonCMS accepts readings again")
        }
        if (report.accepted > 0) {
            info("uplink", report.accepted + " readings accepted, " + this.queue.length + " waiting")
        }
        this.countSoon()
    }

    private countSoon() {
        this.dueAt = Math.min(this.dueAt, ds.millis() + TOGETHER_MS)
        this.mailbox.wake()
    }
}

/** `230.1 V, 8.234 A, 1861.2 W, 12.345 kWh, 50.0 Hz, power_factor 0.98`; unknown values are left out. */
function readingText(reading: Reading): string {
    const { meter, values } = reading
    const { labels, table } = meter.profile
    const named = labels()
    const parts: string[] = []
    for (let i = 0; i < values.length; i++) {
        const value = values[i]
        if (value === undefined) continue
        const text = formatDecimal(value, decimalsAt(table, i * ROW))
        const unit = named[2 * i + 1]
        parts.push(unit === "" ? named[2 * i] + " " + text : text + " " + unit)
    }
    return parts.join(", ")
}
