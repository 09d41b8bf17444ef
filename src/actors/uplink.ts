import * as ds from "@devicescript/core"
import { reactionTo } from "../emoncms/advice"
import type { Answer } from "../emoncms/answer"
import { BulkBody } from "../emoncms/bulk"
import { Actor } from "../kernel/actor"
import { Backoff } from "../kernel/backoff"
import { DeadlineExceeded } from "../kernel/deadline"
import { Mailbox } from "../kernel/mailbox"
import type { Topic } from "../kernel/topic"
import { FLOOR_MS } from "../kernel/wall-clock"
import { formatDecimal } from "../meters/format"
import type { Reading } from "../meters/profile"
import type { ReadingQueue } from "../store/queue"
import { type Account, readAccount, SettingError } from "./account"
import { HEALTH_INPUTS, type HealthRow } from "./health"
import type { ClockEstimate } from "./timekeeper"
import type { Inputs } from "./uplink-inputs"
import { rowsStored, type SentBatch } from "./uplink-resume"
import { isRemoteFailure, mayHaveArrived, type Server, UploadRefused } from "./uplink-server"
import type { UploadReport } from "./upload-report"

/** The server is so far off that its time would ruin the feeds: PHPFINA can never go back before its first point. */
export class ServerClockWrong extends Error {
    constructor(readonly dateMs: number) {
        super(
            "The server's clock is before 2026. Set it right; until then nothing is uploaded, because a wrong time ruins feeds.",
        )
    }
}

/** Readings in one request. */
const BATCH = 30
/** Longest request body in bytes; what does not fit goes with the next one. */
const BODY_BYTES = 1400
/** Rows that are encoded before other fibers get a turn: each takes some 25 000 steps of the VM, its names included. */
const ROWS_PER_SLICE = 2

/** Rests after failures that may pass by themselves, in ms. */
const FIRST_RETRY_MS = 5000
const LONGEST_RETRY_MS = 300000
/** Rests after failures that only the owner can end, in ms. */
const FIRST_WAIT_MS = 60000
const LONGEST_WAIT_MS = 600000
/** How long a server may still be working on a batch that it has not answered, in ms. */
const SETTLE_MS = 5000

/**
 * Delivers what is in the queue, in batches, oldest first, and takes readings out of it only when EmonCMS has stored
 * them. Each tick makes one exchange at most.
 *
 * - After an upload without a clear success the server is asked how far it has come, before anything is sent again.
 * - A batch that is refused is sent again uncompressed, then in halves. When a row is refused alone, the server is given
 *   a harmless one, the device's uptime. If it takes that and then refuses the first again, the first is set aside; else
 *   the server is at fault, and everything stays.
 */
export class Uplink extends Actor<undefined> {
    private readonly retry = new Backoff(FIRST_RETRY_MS, LONGEST_RETRY_MS)
    private readonly wait = new Backoff(FIRST_WAIT_MS, LONGEST_WAIT_MS)
    private readonly body = new BulkBody(BODY_BYTES, formatDecimal)
    private account: Account
    private checked = false
    /** Not every server's PHP can decompress. */
    private compressed = true
    /** Readings in the next request. */
    private limit = BATCH
    /** A row was refused alone, and the server may have taken a harmless one since. */
    private suspicion: "none" | "raised" | "confirmed" = "none"
    /** What was sent and perhaps stored; `undefined` when nothing is in doubt. */
    private doubtful: SentBatch
    private health: HealthRow
    /** Wall time minus monotonic time in ms; `undefined` until known. */
    private offset: number
    private due = ds.millis()

    constructor(
        private readonly server: Server,
        private readonly queue: ReadingQueue,
        private readonly inputs: Inputs,
        private readonly cadence: { pollMs: number; uploadMs: number },
        private readonly uploads: Topic<UploadReport>,
        clock: Topic<ClockEstimate>,
        health: Topic<HealthRow>,
    ) {
        super("uplink", new Mailbox<undefined>(1, "keep-latest"))
        this.listen(clock, this.setClock)
        this.listen(health, this.setHealth)
    }

    protected override nextDue(): number {
        return this.due
    }

    protected override async tick() {
        let rest: number
        try {
            rest = await this.step()
        } catch (e) {
            rest = this.restAfter(e as Error)
            this.acquit()
            this.report(0, [], (e as Error).message)
        }
        this.due = ds.millis() + rest
    }

    /** @returns how long to rest after it, in ms */
    private async step(): Promise<number> {
        if (!this.account) this.account = await readAccount()
        if (!this.checked) await this.checkAccount()
        else if (this.doubtful) return await this.resolve()
        else if (this.hasMore()) await this.deliver()
        return this.doubtful || this.hasMore() ? 0 : this.cadence.uploadMs
    }

    /** What this program cannot have caused; the rest is for the supervisor. */
    private restAfter(e: Error): number {
        const byOwner = e instanceof SettingError || e instanceof ServerClockWrong
        if (byOwner || (e instanceof UploadRefused && reactionTo(e.answer) === "wait for owner")) {
            this.checked = false
            return this.wait.next()
        }
        if (isRemoteFailure(e) || e instanceof DeadlineExceeded) return this.retry.next()
        throw e
    }

    private hasMore(): boolean {
        return this.queue.length > 0 || this.health !== undefined
    }

    /** Its answer also brings the first date. */
    private async checkAccount() {
        await this.server.check(this.account)
        this.checked = true
        // Lets the timekeeper make a clock of the date.
        await ds.sleep(1)
    }

    private async deliver() {
        if (this.offset === undefined && this.server.dateMs < FLOOR_MS)
            throw new ServerClockWrong(this.server.dateMs)
        const { health } = this
        const probing = this.suspicion === "raised"
        const batch = await this.encode(this.offset, probing ? 0 : this.limit)
        if (probing) this.addOwn(this.offset, { at: ds.millis(), values: [Math.floor(ds.millis() / 1000)] })
        else if (health) this.addOwn(this.offset, health)
        if (this.body.rows === 0) {
            this.accept(batch.first + batch.times.length)
            return
        }
        let answer: Answer
        try {
            const sentAt = batch.absolute ? undefined : Math.round(ds.millis() / 1000)
            answer = await this.server.upload(this.account, this.body, sentAt)
        } catch (e) {
            if (mayHaveArrived(e as Error)) this.doubt(batch, false)
            throw e
        }
        if (answer === "accepted" && probing) {
            this.suspicion = "confirmed"
        } else if (answer === "accepted") {
            if (this.health === health) this.health = undefined
            this.accept(batch.first + batch.times.length)
        } else {
            this.doubt(batch, reactionTo(answer) === "split")
            this.refused(batch, answer)
        }
    }

    /** Asks how much of the doubtful batch is stored; sends nothing again before two answers agree. */
    private async resolve(): Promise<number> {
        const batch = this.doubtful
        const stored = await rowsStored(batch, this.lastTime)
        if (stored < batch.times.length && stored !== batch.stored) {
            batch.stored = stored
            if (!batch.settled) return SETTLE_MS
        }
        this.doubtful = undefined
        if (stored > 0) this.accept(batch.first + stored)
        return this.hasMore() ? 0 : this.cadence.uploadMs
    }

    private async lastTime(row: number): Promise<number> {
        const { meters, inputs } = this.doubtful
        this.beat = ds.millis()
        return await this.server.lastRow(this.account, this.inputs.of(meters[row])[inputs[row]].name)
    }

    /** Times that count back from the sending, as without a clock, cannot be recognised on the server. */
    private doubt(batch: SentBatch, settled: boolean) {
        if (!batch.absolute || batch.times.length === 0) return
        batch.settled = settled
        this.doubtful = batch
    }

    /** Narrows down which row is to blame. @throws UploadRefused when it is the server */
    private refused(batch: SentBatch, answer: Answer) {
        const count = batch.times.length
        if (reactionTo(answer) === "split") {
            if (this.compressed && answer !== "too large") {
                this.compressed = false
                return
            }
            if (count > 1) {
                this.limit = count >> 1
                return
            }
            if (count === 1 && this.suspicion === "none") {
                this.suspicion = "raised"
                this.limit = 1
                return
            }
            if (count === 1) {
                this.setAside(batch)
                return
            }
        }
        throw new UploadRefused(answer)
    }

    private setAside({ first }: SentBatch) {
        this.doubtful = undefined
        this.suspicion = "none"
        this.compressed = true
        const reading = this.queue.peek(first)
        // It may have had to make room meanwhile.
        if (!reading) return
        this.queue.acknowledge(first + 1)
        this.report(0, [reading], undefined)
    }

    /** Nothing is known against any row. What the server refuses and takes counts only when it is in one go. */
    private acquit() {
        this.suspicion = "none"
        this.limit = BATCH
        this.compressed = true
    }

    /** @param end running number behind the last reading that is stored */
    private accept(end: number) {
        const waiting = this.queue.length
        this.queue.acknowledge(end)
        this.suspicion = "none"
        this.limit = Math.min(this.limit * 2, BATCH)
        this.retry.reset()
        this.wait.reset()
        this.report(waiting - this.queue.length, [], undefined)
    }

    /** Starts a body and puts as many readings into it as fit. */
    private async encode(offset: number, limit: number): Promise<SentBatch> {
        const { body, queue, account } = this
        const { first } = queue
        const absolute = offset !== undefined
        const batch: SentBatch = {
            first,
            meters: [],
            inputs: [],
            times: [],
            absolute,
            stored: -1,
            settled: false,
        }
        const { times } = batch
        let reading = queue.peek(first)
        body.begin(this.timeOf(reading && limit > 0 ? reading.at : ds.millis(), offset), this.compressed)
        while (reading && times.length < limit) {
            const { meter, values } = reading
            const time = this.timeOf(reading.at, offset)
            if (!body.add(time, account.node, this.inputs.of(meter), values)) break
            batch.meters.push(meter)
            batch.inputs.push(Math.max(0, values.findIndex(isKnown)))
            times.push(time)
            if (times.length % ROWS_PER_SLICE === 0) await ds.sleep(1)
            reading = queue.peek(first + times.length)
        }
        return batch
    }

    /** Puts the device's own values behind the readings, if they fit. */
    private addOwn(offset: number, { at, values }: HealthRow) {
        this.body.add(this.timeOf(at, offset), this.account.node, HEALTH_INPUTS, values)
    }

    /**
     * In whole seconds: of the wall clock, labelled with the multiple of the interval that the poll was for; or of the
     * uptime clock while there is no other.
     */
    private timeOf(at: number, offset: number): number {
        const { pollMs } = this.cadence
        if (offset === undefined) return Math.round(at / 1000)
        return (Math.round((at + offset) / pollMs) * pollMs) / 1000
    }

    private report(accepted: number, refused: Reading[], failure: string) {
        this.uploads.publish({ at: ds.millis(), accepted, refused, failure })
    }

    private setClock(estimate: ClockEstimate) {
        this.offset = estimate.offset
    }

    private setHealth(row: HealthRow) {
        this.health = row
    }
}

function isKnown(value: number): boolean {
    return value !== undefined
}
