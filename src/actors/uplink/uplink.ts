import * as ds from "@devicescript/core"
import type { Counters } from "../../../services/counters"
import { SlotError } from "../../device/slot-store"
import { FLOOR_MS } from "../../device/wall-clock"
import { adviceOn, reactionTo } from "../../emoncms/advice"
import type { Answer } from "../../emoncms/answer"
import { Actor } from "../../kernel/actor"
import { Backoff } from "../../kernel/backoff"
import { DeadlineExceeded } from "../../kernel/deadline"
import type { Topic } from "../../kernel/topic"
import type { Reading } from "../../line/meters/profile"
import type { ReadingQueue } from "../../queue/reading-queue"
import { type Account, readAccount, SettingError } from "./account"
import { isRemoteFailure, mayHaveArrived, type Server, UploadRefused } from "./emoncms-client"
import { type HealthRow, healthRow } from "./health"
import type { Inputs } from "./inputs"
import { Narrowing } from "./narrowing"
import { rowsStored, type SentBatch } from "./resume"
import { RowEncoder } from "./rows"
import type { UploadReport } from "./upload-report"

/** The server is so far off that its time would ruin the feeds: PHPFINA can never go back before its first point. */
export class ServerClockWrong extends Error {
    constructor() {
        super(
            "The server's clock is before 2026. Set it right; until then nothing is uploaded, because a wrong time ruins feeds.",
        )
    }
}

/** Rests after failures that may pass by themselves, in ms. */
const FIRST_RETRY_MS = 5000
const LONGEST_RETRY_MS = 300000
/** Rests after failures that only the owner can end, in ms. */
const FIRST_WAIT_MS = 60000
const LONGEST_WAIT_MS = 600000
/** How long to wait for the clock that the server's date makes, in ms. */
const WAIT_FOR_CLOCK_MS = 1000
/** From one row about the device to the next, in ms. */
const HEALTH_MS = 300000
/** How long a server may still be working on a batch that it has not answered, in ms. */
const SETTLE_MS = 5000

/**
 * Delivers what is in the queue, in batches, oldest first, and takes readings out of it only when EmonCMS has stored
 * them. Each tick makes one exchange at most, and late in a long outage a probe before it.
 *
 * - After an upload without a clear success the server is asked how far it has come, before anything is sent again.
 * - A batch that is refused is narrowed down to the row that is to blame; see {@link Narrowing}.
 * - Of the first row that is accepted, the server is asked whether it has every value.
 */
export class Uplink extends Actor<undefined> {
    /** What answered last was no EmonCMS, or nobody, so that a page for people may come next. */
    private wary = false
    /** Since the last success; `undefined` before the first failure of the kind. */
    private retry: Backoff = undefined
    private wait: Backoff = undefined
    private readonly rows: RowEncoder
    private account: Account = undefined
    private checked = false
    private readonly narrowing: Narrowing
    /** What was sent and perhaps stored; `undefined` when nothing is in doubt. */
    private doubtful: SentBatch = undefined
    /** The server was asked which of the readings that were found after a restart it has. */
    private confirmed = false
    private health: HealthRow = undefined
    private healthDue = ds.millis() + HEALTH_MS

    /** @param content for the bodies of requests, used for nothing else between two requests */
    constructor(
        private readonly server: Server,
        private readonly queue: ReadingQueue,
        private readonly inputs: Inputs,
        content: Buffer,
        private readonly cadence: { pollMs: number; uploadMs: number },
        private readonly uploads: Topic<UploadReport>,
        counters: Topic<Counters>,
    ) {
        super()
        this.rows = new RowEncoder(content, inputs, cadence.pollMs)
        this.narrowing = new Narrowing(server)
        this.dueAt = ds.millis()
        this.listen(counters, this.setHealth)
    }

    protected override async tick() {
        let rest: number
        try {
            rest = await this.step()
        } catch (e) {
            rest = this.restAfter(e as Error)
            // What the server refuses and takes counts only when it is in one go.
            this.narrowing.restart()
            this.report(0, [], (e as Error).message)
        }
        this.dueAt = ds.millis() + rest
    }

    /** @returns how long to rest after it, in ms */
    private async step(): Promise<number> {
        if (!this.account) this.account = await readAccount()
        if (this.wary && this.queue.isCrowded()) {
            await this.server.probe(this.account)
            this.wary = false
        }
        if (!this.checked) {
            await this.server.checkKey(this.account)
            this.checked = true
            // Lets the timekeeper make a clock of the answer's date.
            await ds.sleep(1)
        } else if (this.doubtful) {
            await this.resolve()
        } else if (this.hasMore()) {
            await this.deliver()
        }
        if (this.doubtful) return this.doubtful.settled ? 0 : SETTLE_MS
        return this.hasMore() ? 0 : this.cadence.uploadMs
    }

    /** What this program cannot have caused; the rest is for the supervisor. */
    private restAfter(e: Error): number {
        let byOwner = e instanceof SettingError || e instanceof ServerClockWrong
        if (!(e instanceof UploadRefused)) this.wary = true
        else {
            if (e.answer === "web page") this.wary = true
            byOwner = reactionTo(e.answer) === "wait for owner"
        }
        if (byOwner) {
            this.checked = false
            if (!this.wait) this.wait = new Backoff(FIRST_WAIT_MS, LONGEST_WAIT_MS)
            return this.wait.next()
        }
        const isRemote = isRemoteFailure(e) || e instanceof DeadlineExceeded || e instanceof SlotError
        if (!isRemote) throw e
        if (!this.retry) this.retry = new Backoff(FIRST_RETRY_MS, LONGEST_RETRY_MS)
        return this.retry.next()
    }

    private hasMore(): boolean {
        return this.queue.length > 0 || this.health !== undefined
    }

    private async deliver() {
        const { queue, rows, health, server, account, narrowing } = this
        if (queue.wallOffset === undefined) {
            if (server.dateMs < FLOOR_MS) throw new ServerClockWrong()
            if (server.dateMs === undefined) queue.isTimeHopeless = true
        }
        const probing = narrowing.isHarmless()
        let batch = probing ? undefined : await queue.peek()
        const names = batch && !server.isVerified && this.inputs.known(batch.reading)
        const offset = batch ? batch.wallOffset : queue.wallOffset
        if (batch && !batch.current && offset === undefined) {
            await ds.sleep(WAIT_FOR_CLOCK_MS)
            return
        }
        const sent = await rows.encode(account.node, batch, offset, narrowing.limit, narrowing.isCompressed())
        const isConfirmed = !batch?.unconfirmed || this.confirmed
        // Late in a long outage the request needs its room.
        batch = undefined
        if (!isConfirmed) {
            sent.settled = true
            sent.until = Math.round((ds.millis() + (queue.wallOffset ?? 0)) / 1000)
            this.doubtful = sent
            return
        }
        const now = ds.millis()
        const uptime = Math.round(now / 1000)
        const own = probing ? { at: now, values: [Math.floor(now / 1000)] } : health
        if (own && sent.absolute === (queue.wallOffset !== undefined))
            await rows.addOwn(own, queue.wallOffset)
        if (rows.body.rows === 0) {
            await this.accept(sent.end)
            return
        }
        let answer: Answer
        try {
            answer = await server.upload(account, rows.body, sent.absolute ? undefined : uptime)
        } catch (e) {
            if (mayHaveArrived(e as Error)) this.doubt(sent, false)
            throw e
        }
        if (answer !== "accepted") {
            this.doubt(sent, reactionTo(answer) === "split")
            await this.refused(sent, answer)
            return
        }
        narrowing.accepted()
        if (probing) return
        if (this.health === health) this.health = undefined
        await this.accept(sent.end)
        if (names && sent.rows > 0) await this.verify(names, sent.absolute ? sent.timeOf(0) : 0)
    }

    /** Asks how much of the doubtful batch is stored; sends nothing again before two answers agree. */
    private async resolve() {
        const batch = this.doubtful
        const { rows } = batch
        const stored = await rowsStored(batch, this.lastTime)
        if (stored < rows && stored !== batch.stored) {
            batch.stored = stored
            if (!batch.settled) return
        }
        this.doubtful = undefined
        if (batch.until > 0 && stored < rows) this.confirmed = true
        if (stored === 0) return
        this.narrowing.restart()
        await this.accept(batch.end - rows + stored)
    }

    private async lastTime(input: string): Promise<number> {
        this.beat = ds.millis()
        return await this.server.lastRow(this.account, input)
    }

    /** Times that count back from the sending, as without a clock, cannot be recognised on the server. */
    private doubt(batch: SentBatch, settled: boolean) {
        if (!batch.absolute || batch.rows === 0) return
        batch.settled = settled
        this.doubtful = batch
    }

    /**
     * Asks whether the server has the values of a row that it has accepted.
     * @param names inputs in the row
     * @param time of the row in Unix seconds; 0 when it had none
     */
    private async verify(names: string[], time: number) {
        let missing = ""
        for (const name of names) {
            const stored = await this.lastTime(name)
            if (stored === null || stored < time) missing = missing + " " + name
        }
        this.server.isVerified = true
        if (missing !== "") this.report(0, [], adviceOn("not stored") + missing)
    }

    /** Narrows down which row is to blame. @throws UploadRefused when it is the server */
    private async refused(batch: SentBatch, answer: Answer) {
        const action = reactionTo(answer) === "split" ? this.narrowing.refused(batch.rows, answer) : "give up"
        if (action === "give up") throw new UploadRefused(answer)
        if (action === "set aside") await this.setAside(batch.end)
    }

    private async setAside(end: number) {
        const batch = await this.queue.peek()
        this.doubtful = undefined
        // It may have had to make room meanwhile.
        if ((await this.queue.acknowledge(end)) > 0) this.report(0, [batch.reading], undefined)
    }

    /** @param end running number behind the last reading that is stored */
    private async accept(end: number) {
        const accepted = await this.queue.acknowledge(end)
        this.wary = false
        this.retry = undefined
        this.wait = undefined
        this.report(accepted, [], undefined)
    }

    private report(accepted: number, refused: Reading[], failure: string) {
        this.uploads.publish({ at: ds.millis(), accepted, refused, failure })
    }

    private setHealth(counters: Counters) {
        const now = ds.millis()
        if (now < this.healthDue) return
        this.healthDue = now + HEALTH_MS
        this.health = healthRow(now, counters)
    }
}
