import * as ds from "@devicescript/core"
import { reactionTo } from "../emoncms/advice"
import type { Answer } from "../emoncms/answer"
import { BulkBody } from "../emoncms/bulk"
import type { Input } from "../emoncms/inputs"
import { Actor } from "../kernel/actor"
import { Backoff } from "../kernel/backoff"
import { DeadlineExceeded } from "../kernel/deadline"
import type { Topic } from "../kernel/topic"
import { FLOOR_MS } from "../kernel/wall-clock"
import { formatDecimal } from "../meters/format"
import type { Meter, Reading } from "../meters/profile"
import type { ReadingQueue } from "../store/reading-queue"
import { SlotError } from "../store/slot-store"
import { type Account, readAccount, SettingError } from "./account"
import { type HealthRow, healthInputs } from "./health"
import type { ClockEstimate } from "./timekeeper"
import { firstKnown, type Inputs } from "./uplink-inputs"
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
const BATCH = 40
/** Longest request body in bytes; what does not fit goes with the next one. */
const BODY_BYTES = 1000
/** Rows that are encoded before other fibers get a turn: each takes some 25 000 steps of the VM, its names included. */
const ROWS_PER_SLICE = 2

/** Rests after failures that may pass by themselves, in ms. */
const FIRST_RETRY_MS = 5000
const LONGEST_RETRY_MS = 300000
/** Rests after failures that only the owner can end, in ms. */
const FIRST_WAIT_MS = 60000
const LONGEST_WAIT_MS = 600000
/** How long to wait for the clock that the server's date makes, in ms. */
const WAIT_FOR_CLOCK_MS = 1000
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
    private account: Account = undefined
    private checked = false
    /** Not every server's PHP can decompress. */
    private compressed = true
    /** Readings in the next request. */
    private limit = BATCH
    /** A row was refused alone, and the server may have taken a harmless one since. */
    private suspicion: "none" | "raised" | "confirmed" = "none"
    /** What was sent and perhaps stored; `undefined` when nothing is in doubt. */
    private doubtful: SentBatch = undefined
    /** The server was asked which of the readings that were found after a restart it has. */
    private confirmed = false
    private health: HealthRow = undefined
    /** Wall time minus monotonic time in ms; `undefined` until known. */
    private offset: number = undefined
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
        super()
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
        if (isRemoteFailure(e) || e instanceof DeadlineExceeded || e instanceof SlotError)
            return this.retry.next()
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
        if (this.offset === undefined && this.server.dateMs === undefined) this.queue.isTimeHopeless = true
        const { health } = this
        const probing = this.suspicion === "raised"
        const batch = await this.encode(probing ? 0 : this.limit)
        if (!batch) {
            await ds.sleep(WAIT_FOR_CLOCK_MS)
            return
        }
        if (batch.until > 0) {
            this.doubtful = batch
            return
        }
        if (probing) this.addOwn(batch, { at: ds.millis(), values: [Math.floor(ds.millis() / 1000)] })
        else if (health) this.addOwn(batch, health)
        if (this.body.rows === 0) {
            await this.accept(batch.end)
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
            await this.accept(batch.end)
        } else {
            this.doubt(batch, reactionTo(answer) === "split")
            await this.refused(batch, answer)
        }
    }

    /** Asks how much of the doubtful batch is stored; sends nothing again before two answers agree. */
    private async resolve(): Promise<number> {
        const batch = this.doubtful
        const rows = batch.keys.length
        const stored = await rowsStored(batch, this.lastTime)
        if (stored < rows && stored !== batch.stored) {
            batch.stored = stored
            if (!batch.settled) return SETTLE_MS
        }
        this.doubtful = undefined
        if (batch.until > 0 && stored < rows) this.confirmed = true
        if (stored > 0) await this.accept(batch.end - rows + stored)
        return this.hasMore() ? 0 : this.cadence.uploadMs
    }

    private async lastTime(input: string): Promise<number> {
        this.beat = ds.millis()
        return await this.server.lastRow(this.account, input)
    }

    /** Times that count back from the sending, as without a clock, cannot be recognised on the server. */
    private doubt(batch: SentBatch, settled: boolean) {
        if (!batch.absolute || batch.keys.length === 0) return
        batch.settled = settled
        this.doubtful = batch
    }

    /** Narrows down which row is to blame. @throws UploadRefused when it is the server */
    private async refused(batch: SentBatch, answer: Answer) {
        const count = batch.keys.length
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
                await this.setAside(batch)
                return
            }
        }
        throw new UploadRefused(answer)
    }

    private async setAside({ end }: SentBatch) {
        const batch = await this.queue.peek()
        this.doubtful = undefined
        this.suspicion = "none"
        this.compressed = true
        // It may have had to make room meanwhile.
        if ((await this.queue.acknowledge(end)) > 0) this.report(0, [batch.reading], undefined)
    }

    /** Nothing is known against any row. What the server refuses and takes counts only when it is in one go. */
    private acquit() {
        this.suspicion = "none"
        this.limit = BATCH
        this.compressed = true
    }

    /** @param end running number behind the last reading that is stored */
    private async accept(end: number) {
        const accepted = await this.queue.acknowledge(end)
        this.suspicion = "none"
        this.limit = Math.min(this.limit * 2, BATCH)
        this.retry.reset()
        this.wait.reset()
        this.report(accepted, [], undefined)
    }

    /**
     * Starts a body and puts as many readings into it as fit.
     * @returns `undefined` when they are of an earlier boot, and only the time now can tell when that was
     */
    private async encode(limit: number): Promise<SentBatch> {
        const { body, queue, account, inputs } = this
        const batch = limit > 0 ? await queue.peek() : undefined
        const offset = !batch || batch.current ? this.offset : batch.wallOffset
        if (batch && !batch.current && offset === undefined) return undefined
        const sent: SentBatch = {
            end: batch ? batch.end : 0,
            keys: [],
            times: [],
            absolute: offset !== undefined,
            stored: -1,
            settled: false,
            until: 0,
        }
        body.begin(this.timeOf(batch ? batch.reading.at : ds.millis(), offset), this.compressed)
        let meter: Meter
        let names: Input[]
        for (; batch?.reading && sent.times.length < limit; batch.next()) {
            const { reading } = batch
            const time = this.timeOf(reading.at, offset)
            if (reading.meter !== meter) {
                meter = reading.meter
                names = inputs.of(meter)
            }
            if (!body.add(time, account.node, names, reading.values)) break
            sent.keys.push(firstKnown(names, reading))
            sent.times.push(time)
            sent.end = batch.end + 1
            if (sent.times.length % ROWS_PER_SLICE === 0) await ds.sleep(1)
        }
        if (batch?.unconfirmed && !this.confirmed) {
            sent.settled = true
            sent.until = Math.round((ds.millis() + (this.offset ?? 0)) / 1000)
        }
        return sent
    }

    /** Puts the device's own values behind the readings, if they fit and their times are of the same kind. */
    private addOwn({ absolute }: SentBatch, { at, values }: HealthRow) {
        if (absolute !== (this.offset !== undefined)) return
        this.body.add(this.timeOf(at, this.offset), this.account.node, healthInputs(), values)
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
