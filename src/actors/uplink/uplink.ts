import * as ds from "@devicescript/core"
import type { Counters } from "../../../services/counters"
import { debug } from "../../device/log"
import { SlotError } from "../../device/slot-store"
import { FLOOR_MS, type WallClock } from "../../device/wall-clock"
import type { BulkBody } from "../../emoncms/bulk"
import { Actor } from "../../kernel/actor"
import { DeadlineExceeded } from "../../kernel/deadline"
import type { Topic } from "../../kernel/topic"
import type { Reading } from "../../line/meters/profile"
import { ReplyError } from "../../net/reply-errors"
import { SocketError } from "../../net/socket-errors"
import type { Batch } from "../../queue/batch"
import { type Doubt, rowsStored } from "../../queue/doubt"
import type { ReadingQueue } from "../../queue/reading-queue"
import { type Account, readAccount } from "./account"
import { mayHaveArrived, type Server } from "./emoncms-client"
import { type Cause, type Failure, reactionTo, UploadFailed } from "./failure"
import { type HealthRow, healthRow } from "./health"
import type { Inputs } from "./inputs"
import { Narrowing } from "./narrowing"
import { Patience } from "./patience"
import { RowEncoder } from "./rows"
import type { UploadReport } from "./upload-report"

/** Time between two rows about the device, in ms. Never less than the poll interval, because they use its slots. */
const HEALTH_MS = 300000
/** How long a server may still be working on a batch whose answer did not come, in ms. */
const SETTLE_MS = 5000

/**
 * Delivers the queue in batches, oldest first, and takes readings out of it only when EmonCMS has stored them. Each tick
 * uploads one batch at most; late in a long outage it probes the server first.
 *
 * - After an upload without a clear success, it asks the server which rows are stored before it sends anything again.
 * - A refused batch is narrowed down to the row that is to blame; see {@link Narrowing}.
 * - After the first accepted row, it asks the server whether every value is stored.
 */
export class Uplink extends Actor<undefined> {
    private readonly patience = new Patience()
    private readonly rows: RowEncoder
    /** Read by the first step that succeeds in it. */
    private account!: Account
    /**
     * - `checking`: it checks the key and the server's clock first; at the start, and after a failure that the owner must mend.
     * - `resuming`: readings recovered after a restart may be stored already, so it asks before it sends the first of them.
     * - `delivering`: it only sends.
     */
    private phase: "checking" | "resuming" | "delivering" = "checking"
    private readonly narrowing: Narrowing
    /** The last failure since the last success. */
    private trouble: Failure | undefined = undefined
    private health: HealthRow | undefined = undefined
    private healthDue = ds.millis() + HEALTH_MS

    constructor(
        private readonly server: Server,
        private readonly queue: ReadingQueue,
        private readonly inputs: Inputs,
        body: BulkBody,
        private readonly clock: WallClock,
        private readonly cadence: { pollMs: number; uploadMs: number },
        private readonly uploads: Topic<UploadReport>,
        counters: Topic<Counters>,
    ) {
        super()
        this.rows = new RowEncoder(body, inputs, queue.doubt, clock, cadence.pollMs, queue.startedAt)
        this.narrowing = new Narrowing(server)
        this.dueAt = ds.millis()
        this.listen(counters, this.setHealth)
    }

    protected override async tick() {
        let rest: number
        try {
            rest = await this.step()
        } catch (e) {
            const { patience } = this
            const failure = failureOf(e as Error)
            const { cause } = failure
            debug("uplink", "failed: " + cause)
            const isForOwner = patience.note(cause)
            if (isForOwner) this.phase = "checking"
            rest = patience.rest(ds.millis(), isForOwner, (e as UploadFailed).retryAfterMs ?? 0)
            // Refusals and acceptances count only if no failure comes in between.
            this.narrowing.restart()
            // The socket is held by an abandoned attempt to connect: that is still the same trouble.
            if (cause !== "SocketBusy" || !this.trouble) this.trouble = failure
            this.report(0, [], this.trouble)
        }
        this.dueAt = ds.millis() + rest
    }

    /** @returns how long to rest afterwards, in ms */
    private async step(): Promise<number> {
        const { doubt } = this.queue
        if (!this.account) this.account = await readAccount()
        // After a failure, a page for people may come next.
        if (this.trouble && this.queue.row.isCrowded) await this.server.probe(this.account)
        if (this.phase === "checking" || this.clock.doubted) {
            // The time of its last row shows whether the server's clock can be right.
            await this.lastTime(this.inputs.name(0, 0))
            await this.server.checkKey(this.account)
            this.phase = "resuming"
        }
        if (this.clock.doubted)
            throw new UploadFailed((this.server.dateMs as number) < FLOOR_MS ? "clock unset" : "clock jumped")
        this.beat = ds.millis()
        if (doubt.outcome !== "known") await this.resolve()
        else if (this.hasMore()) await this.deliver()
        if (doubt.outcome === "pending") return SETTLE_MS
        return this.hasMore() ? 0 : this.cadence.uploadMs
    }

    private hasMore(): boolean {
        return this.queue.length > 0 || this.health !== undefined
    }

    private async deliver() {
        const { queue, rows, health, server, account, narrowing, clock } = this
        if (!clock.known) queue.isTimeHopeless = true
        const probing = narrowing.isHarmless()
        let batch = probing ? undefined : await queue.peek()
        const names = batch && !server.isVerified && this.inputs.known(batch.reading as Reading)
        const sent = await rows.encode(account.node, batch, narrowing.limit, narrowing.isCompressed())
        const isConfirmed = this.phase === "delivering" || !batch?.unconfirmed
        // Late in a long outage the request needs the batch's heap.
        batch = undefined
        const now = ds.millis()
        if (!isConfirmed) {
            sent.until = Math.round((now + (clock.offsetAt(now) ?? 0)) / 1000)
            sent.outcome = "pending"
            return
        }
        const uptime = Math.round(now / 1000)
        const own = probing ? { at: now, values: [uptime] } : health
        const hasOwn = own && sent.absolute === clock.known && (await rows.addOwn(own))
        if (rows.body.rows === 0) {
            await this.accept(sent.end)
            return
        }
        // Without a clock, times count back from the sending, and cannot be recognized on the server.
        if (sent.absolute && sent.rows > 0) sent.outcome = "pending"
        let failed: UploadFailed | undefined
        try {
            failed = await server.upload(account, rows.body, sent.absolute ? undefined : uptime)
        } catch (e) {
            if (!mayHaveArrived(e as Error)) sent.outcome = "known"
            throw e
        }
        if (failed) {
            await this.refused(sent, failed)
            return
        }
        sent.outcome = "known"
        narrowing.accepted()
        if (probing) return
        if (hasOwn && this.health === health) this.health = undefined
        await this.accept(sent.end)
        if (!names || sent.rows === 0) return
        const time = sent.timeOf(0)
        if (time > 0) await this.verify(names, sent.absolute ? time : 0)
    }

    /** Asks how many rows of the doubtful batch are stored. Until it is settled, missing rows need two equal answers. */
    private async resolve() {
        const { queue } = this
        const batch = queue.doubt
        const { rows } = batch
        const stored = await rowsStored(batch, this.lastTime, this.cadence.pollMs / 1000)
        debug("uplink", "the server has " + stored + " of these rows")
        if (stored < rows) {
            if (stored !== batch.stored && batch.outcome === "pending") {
                batch.stored = stored
                return
            }
            if (batch.until > 0) this.phase = "delivering"
        }
        batch.outcome = "known"
        if (stored === 0) return
        queue.losses.presumed += batch.presumed
        this.narrowing.restart()
        await this.accept(batch.end - rows + stored)
    }

    private async lastTime(input: string): Promise<number | null> {
        this.beat = ds.millis()
        return await this.server.lastRow(this.account, input)
    }

    /**
     * Asks whether the server has the values of a row that it has accepted.
     * @param names inputs in the row
     * @param time of the row in Unix seconds; 0 if it had none
     */
    private async verify(names: string[], time: number) {
        let missing = ""
        for (const name of names) {
            const stored = await this.lastTime(name)
            if (stored === null || stored < time) missing = missing + " " + name
        }
        this.server.isVerified = true
        if (missing !== "") this.report(0, [], { cause: "not stored", detail: missing })
    }

    /** Narrows down which row of a settled batch is to blame. @throws UploadFailed if the server is to blame */
    private async refused(batch: Doubt, failed: UploadFailed) {
        if (reactionTo(failed.cause) !== "split") throw failed
        if (batch.outcome === "pending") batch.outcome = "settled"
        const action = this.narrowing.refused(batch.rows, failed.cause)
        if (action === "give up") throw failed
        if (action !== "set aside") return
        const refused = (await this.queue.peek()) as Batch
        batch.outcome = "known"
        // The reading may have been dropped in the meantime, to make room.
        if ((await this.queue.acknowledge(batch.end)) > 0)
            this.report(0, [refused.reading as Reading], undefined)
    }

    /** @param end running number after the last stored reading */
    private async accept(end: number) {
        const { queue } = this
        const { doubt, losses } = queue
        const removed = await queue.acknowledge(end)
        const leftOut = Math.min(removed, doubt.leftOut(doubt.rows - (doubt.end - end)))
        losses.thinned += leftOut
        this.trouble = undefined
        this.patience.relieve()
        this.report(removed - leftOut, [], undefined)
    }

    private report(accepted: number, refused: Reading[], failure: Failure | undefined) {
        this.uploads.publish({ accepted, refused, failure })
    }

    private setHealth(counters: Counters) {
        const now = ds.millis()
        if (now < this.healthDue) return
        this.healthDue = now + Math.max(HEALTH_MS, this.cadence.pollMs)
        this.health = healthRow(now, counters)
    }
}

/** @throws errors of the program itself, which are for the supervisor */
function failureOf(e: Error): Failure {
    if (e instanceof UploadFailed) return e
    let cause: Cause = "device"
    let detail = e.message
    if (e instanceof SocketError) {
        cause = e.failure
        detail = e.peer
    } else if (e instanceof ReplyError) cause = "bad reply"
    else if (!(e instanceof DeadlineExceeded || e instanceof SlotError)) throw e
    return { cause, detail }
}
