import * as ds from "@devicescript/core"
import { adviceOn } from "../emoncms/advice"
import { type Answer, classify } from "../emoncms/answer"
import { BulkBody } from "../emoncms/bulk"
import { parseHttpDate } from "../emoncms/http-date"
import { type Input, type InputName, inputsOf } from "../emoncms/inputs"
import { parseSession, SESSION_PATH } from "../emoncms/session"
import { Actor } from "../kernel/actor"
import { Backoff } from "../kernel/backoff"
import { Mailbox } from "../kernel/mailbox"
import type { Topic } from "../kernel/topic"
import { formatDecimal } from "../meters/format"
import type { Meter, Reading } from "../meters/profile"
import type { Deadlines, HttpClient, HttpReply, HttpRequest } from "../net/http"
import type { Batch, ReadingQueue } from "../store/queue"
import { type Account, readAccount } from "./account"
import type { ClockEstimate, ServerDate } from "./timekeeper"

/** The outcome of one attempt to deliver, or to check the account. */
export interface UploadReport {
    readonly at: number
    /** Readings that EmonCMS has acknowledged. */
    readonly accepted: number
    /** What went wrong and what helps, for the owner; `undefined` when nothing did. */
    readonly failure: string
}

/** The server's answer was not what a success looks like. */
export class UploadRefused extends Error {
    constructor(readonly answer: Answer) {
        super(adviceOn(answer))
    }
}

const DEADLINES: Deadlines = {
    turnMs: 30000,
    connectMs: 15000,
    sendMs: 10000,
    firstByteMs: 20000,
    replyMs: 30000,
}

/** Readings in one request. */
const BATCH = 30
/** Longest request body in bytes; what does not fit goes with the next one. */
const BODY_BYTES = 2000
/** Rows that are encoded before other fibers get a turn: 4000 steps of the VM each, roughly. */
const ROWS_PER_SLICE = 4

const FIRST_RETRY_MS = 5000
const LONGEST_RETRY_MS = 300000

/** Delivers what is in the queue, in batches, and takes readings out of it only when EmonCMS has stored them. */
export class Uplink extends Actor<undefined> {
    private readonly backoff = new Backoff(FIRST_RETRY_MS, LONGEST_RETRY_MS)
    private readonly body = new BulkBody(BODY_BYTES, formatDecimal)
    private account: Account
    private checked = false
    /** Wall time minus monotonic time in ms; `undefined` until known. */
    private offset: number
    private due: number

    constructor(
        private readonly http: HttpClient,
        private readonly queue: ReadingQueue,
        private readonly inputs: Inputs,
        private readonly cadence: { pollMs: number; uploadMs: number },
        private readonly uploads: Topic<UploadReport>,
        private readonly dates: Topic<ServerDate>,
        clock: Topic<ClockEstimate>,
    ) {
        super("uplink", new Mailbox<undefined>(1, "keep-latest"))
        this.listen(clock, this.setClock)
        this.due = ds.millis()
    }

    protected override nextDue(): number {
        return this.due
    }

    protected override async tick() {
        try {
            await this.attempt()
            this.backoff.reset()
            this.due = ds.millis() + this.cadence.uploadMs
        } catch (e) {
            this.report(0, (e as Error).message)
            this.due = ds.millis() + this.backoff.next()
        }
    }

    private async attempt() {
        if (!this.account) this.account = await readAccount()
        if (!this.checked) await this.checkAccount()
        while (this.queue.length > 0) {
            await this.deliver(this.queue.peek(BATCH))
            this.beat = ds.millis()
        }
    }

    /** Asks what the key may do. The answer brings the first date, too. */
    private async checkAccount() {
        const reply = await this.exchange("GET", SESSION_PATH, [], undefined)
        const access = parseSession(reply.body)
        if (access === "read" || access === "none") throw new UploadRefused("no write access")
        if (access !== "write") throw new UploadRefused(classify(reply.status, reply.body))
        this.checked = true
        this.report(0, undefined)
    }

    private async deliver(batch: Batch) {
        // One clock for the whole batch, whatever becomes known while it is encoded.
        const { offset } = this
        const count = await this.encode(batch.readings, offset)
        const sentAt = offset === undefined ? Math.round(ds.millis() / 1000) : undefined
        const body = this.body.finish()
        const reply = await this.exchange("POST", this.body.path(sentAt), this.body.headers(), body)
        const answer = classify(reply.status, reply.body)
        if (answer !== "accepted") {
            if (answer === "wrong key" || answer === "no write access") this.checked = false
            throw new UploadRefused(answer)
        }
        const waiting = this.queue.length
        this.queue.acknowledge(batch.end - (batch.readings.length - count))
        this.report(waiting - this.queue.length, undefined)
    }

    /** Puts as many readings into the body as fit, and says how many these are. */
    private async encode(readings: Reading[], offset: number): Promise<number> {
        this.body.begin(this.timeOf(readings[0], offset), true)
        for (let i = 0; i < readings.length; i++) {
            const { meter, values } = readings[i]
            const row = this.inputs.of(meter)
            if (!this.body.add(this.timeOf(readings[i], offset), this.account.node, row, values)) return i
            if (i % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) await ds.sleep(1)
        }
        return readings.length
    }

    /**
     * In whole seconds: of the wall clock, labelled with the multiple of the interval that the poll was for; or of the
     * uptime clock while there is no other.
     */
    private timeOf(reading: Reading, offset: number): number {
        const { pollMs } = this.cadence
        if (offset === undefined) return Math.round(reading.at / 1000)
        return (Math.round((reading.at + offset) / pollMs) * pollMs) / 1000
    }

    private async exchange(
        method: "GET" | "POST",
        path: string,
        headers: string[],
        body: Buffer,
    ): Promise<HttpReply> {
        const { url, authorization } = this.account
        const request: HttpRequest = { method, url, path, headers: [authorization, ...headers], body }
        const sentAt = ds.millis()
        const reply = await this.http.request(request, DEADLINES)
        const dateMs = parseHttpDate(reply.date)
        if (dateMs !== undefined) this.dates.publish({ dateMs, sentAt, receivedAt: ds.millis() })
        return reply
    }

    private report(accepted: number, failure: string) {
        this.uploads.publish({ at: ds.millis(), accepted, failure })
    }

    private setClock(estimate: ClockEstimate) {
        this.offset = estimate.offset
    }
}

/** The EmonCMS inputs of each meter. On a line with several meters their names begin with the meter's name. */
export class Inputs {
    private readonly rows: { meter: Meter; inputs: Input[] }[]

    /**
     * @param names inputs and units that the owner wants different from the meter's
     * @throws NameError
     */
    constructor(meters: Meter[], names: InputName[]) {
        const several = meters.length > 1
        this.rows = meters.map(meter => {
            const prefix = several ? meter.name + "_" : ""
            return { meter, inputs: inputsOf(meter.profile.fields, names, prefix) }
        })
    }

    of(meter: Meter): Input[] {
        const row = this.rows.find(r => r.meter === meter)
        return row.inputs
    }
}
