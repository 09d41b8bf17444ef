import { error } from "../device/log"
import { Before } from "../device/restarts"
import { SlotError, type SlotStore } from "../device/slot-store"
import { Lock } from "../kernel/lock"
import type { Meter, Reading } from "../line/meters/profile"
import { Backlog, fateOf, type Losses } from "./backlog"
import { Batch } from "./batch"
import { BlockRow } from "./block-row"
import { BlockError, checkSeal, headerOf } from "./codec/block"
import { Ending, encodeCheckpoint } from "./codec/checkpoint"
import { BlockCoder } from "./codec/coder"
import type { Doubt } from "./doubt"
import { HEADER_FIELDS, pace } from "./pace"
import { nothing, type Recovered, recover } from "./recovery"

/** When readings wait and none was acknowledged for so long, in ms, the server does not answer. */
const OUTAGE_MS = 900000
/** A block that could not be read so often in a row is given up. */
const MOST_FAILURES = 5
/** Between the announcement of a deployment and the start that follows there is no more than this, in ms. */
const DEPLOYMENT_MS = 900000
/** A chip that restarted itself has started the program by then, in ms. */
const CHIP_RESTART_MS = 30000
/** Readings of an earlier boot that would be so much later than this start have a wrong time, in ms. */
const FUTURE_MS = 60000

/** What a queue is made of. */
export interface QueueOptions {
    /** The meters whose readings may come, or may be left from earlier runs. */
    readonly meters: Meter[]
    /** Time between two readings of a meter in ms. */
    readonly pollMs: number
    /** Blocks on the heap, besides the one that is being filled; 2 or more. */
    readonly heapBlocks: number
    /** Bytes of a block; those of a slot if there is a store. */
    readonly blockBytes: number
    /** What outlives a restart; `undefined` for nothing. */
    readonly store: SlotStore | undefined
    /** Where what becomes of readings is counted; it has nothing to do with who delivers them. */
    readonly losses: Losses
}

/**
 * Opens a queue with what earlier runs of the program have left in the store. A store that cannot be read is reported
 * and left alone.
 * @param startedAt `ds.millis()`
 * @param before what ran before this start of the program
 */
export async function openQueue(
    options: QueueOptions,
    startedAt: number,
    before: Before,
): Promise<ReadingQueue> {
    const { heapBlocks, blockBytes, store } = options
    const meters = options.meters.slice(0)
    let row = new BlockRow(store, heapBlocks, blockBytes)
    let recovered = nothing()
    try {
        if (store) recovered = await recover(row, store)
    } catch (e) {
        if (!(e instanceof SlotError)) throw e
        error("store", "not used until the next restart: " + e.message)
        row = new BlockRow(undefined, heapBlocks, blockBytes)
    }
    return new ReadingQueue(meters, row, options.pollMs, recovered, startedAt, before, options.losses)
}

/**
 * The only owner of readings that are not yet delivered. A reading leaves it by {@link acknowledge}; what else becomes of
 * readings is counted.
 *
 * They wait on the heap, and behind it in slots that outlive a restart. Slots are only written while the server does not
 * answer, once for a block of readings, unless the store is eager.
 *
 * Any fiber may call at any time: the calls are served one after the other.
 */
export class ReadingQueue {
    /** Readings waiting now. */
    length: number
    /** Wall time minus `ds.millis()` in ms; to be told as soon as it is known, and whenever it is known better. */
    wallOffset: number | undefined = undefined
    /** The wall time will not be known: what of earlier boots waits for it is dropped. */
    isTimeHopeless = false
    /** What the server may have of these readings. To be set before anything is sent. */
    doubt!: Doubt
    /** Wall time of the last block that earlier boots have left, in ms since the Unix epoch; 0 where none is known. */
    inheritedUntil = 0
    private readonly lock = new Lock()
    private readonly backlog: Backlog
    /** The block that was peeked last: it stays as it is, whatever happens to the row. */
    private readonly inHand: Buffer
    /** The slots hold readings that are done with, and no checkpoint says so. */
    private isCheckpointDue = false
    private hadSlots = false
    /** Time of the last sign of life from the server. */
    private answeredAt: number
    private readFailures = 0

    /**
     * @param row with what was recovered
     * @param losses see {@link QueueOptions}
     */
    constructor(
        meters: Meter[],
        readonly row: BlockRow,
        pollMs: number,
        private readonly recovered: Recovered,
        readonly startedAt: number,
        before: Before,
        readonly losses: Losses,
    ) {
        this.inHand = Buffer.alloc(row.blockBytes)
        const { boots, skipped, next } = recovered
        for (const earlier of boots) {
            const end = earlier.wallOffset === undefined ? 0 : earlier.wallOffset + earlier.at
            this.inheritedUntil = Math.max(this.inheritedUntil, end)
        }
        const goesOn = row.length > 0 && isSameBoot(recovered, startedAt, before)
        const boot = goesOn ? recovered.lastBoot : (recovered.lastBoot + 1) & 0xff
        this.isCheckpointDue = row.length > 0 && !goesOn
        const backlog = new Backlog(meters, row, boot, next, pollMs, losses)
        backlog.remove(skipped)
        backlog.head = 0
        backlog.now = startedAt
        this.backlog = backlog
        this.answeredAt = startedAt
        const { length } = backlog
        this.length = length
        losses.recovered = length
    }

    /** Takes a reading of one of the queue's meters. */
    async append(reading: Reading) {
        const { backlog, row } = this
        await this.lock.acquire()
        try {
            if (backlog.length === 0) this.answeredAt = reading.at
            // while the server answers, a store that is not eager is left alone
            const { store } = row
            const mayWrite = store ? store.eager || reading.at - this.answeredAt > OUTAGE_MS : false
            await backlog.append(reading, this.wallOffset, mayWrite)
        } finally {
            await this.leave()
        }
        await pace(reading.values.length)
    }

    /**
     * The oldest readings, without removing them; to be read before the next peek. What cannot be read, or told the time
     * of, is removed and counted.
     * @returns `undefined` when there are none
     * @throws SlotError
     */
    async peek(): Promise<Batch | undefined> {
        let batch: Batch | undefined
        await this.lock.acquire()
        try {
            while (this.backlog.length > 0 && !batch) batch = await this.open()
        } finally {
            await this.leave()
        }
        return batch
    }

    /**
     * Removes what was delivered. What was lost since the batch was peeked is not removed a second time.
     * @param end see {@link Batch.end}
     * @returns how many were removed
     */
    async acknowledge(end: number): Promise<number> {
        const { backlog, row } = this
        let removed = 0
        await this.lock.acquire()
        try {
            const before = backlog.length
            this.answeredAt = backlog.now
            backlog.remove(end - backlog.head)
            removed = before - backlog.length
            if (removed > 0 && row.store?.eager) this.isCheckpointDue = true
        } finally {
            await this.leave()
        }
        return removed
    }

    /**
     * Has the slots say that another boot of the chip has begun, if earlier ones have left readings. The first reading has
     * it done, too; it takes a write, and a supply that comes and goes at short intervals shall not meet one each time.
     */
    async markBoot() {
        await this.lock.acquire()
        await this.leave()
    }

    /**
     * Puts everything into slots, because a restart is to follow at once. If there are not enough slots, readings are
     * thinned.
     * @param ending what is about to end
     * @param endedAt `ds.millis()`
     * @returns whether no reading will be lost by the restart
     */
    async save(ending: Ending, endedAt: number): Promise<boolean> {
        const { backlog, row } = this
        let isSaved = false
        await this.lock.acquire()
        try {
            isSaved = row.store ? await backlog.flush() : backlog.length === 0
            if (endedAt > backlog.now) backlog.now = endedAt
            if (row.inSlots > 0) await backlog.attempt(this.checkpoint, ending)
        } finally {
            await this.leave()
        }
        return isSaved
    }

    private async leave() {
        const { row } = this
        if (this.hadSlots && row.inSlots === 0) this.isCheckpointDue = true
        this.hadSlots = row.inSlots > 0
        if (this.isCheckpointDue) await this.backlog.attempt(this.checkpoint, Ending.None)
        this.length = this.backlog.length
        this.lock.release()
    }

    /** The first block as a batch; `undefined` when it had to be removed. */
    private async open(): Promise<Batch | undefined> {
        const { backlog, row, inHand } = this
        const { head, skipped, filling } = backlog
        const isFilling = row.length === 0
        let cause: Error = new BlockError("a block holds no reading")
        try {
            const block = isFilling ? (filling as BlockCoder).block : await row.read(0, inHand)
            if (row.inSlots > 0) checkSeal(block)
            if (block !== inHand) inHand.blitAt(0, block as Buffer, 0, inHand.length)
            const coder = new BlockCoder(backlog.meters, inHand)
            await pace(HEADER_FIELDS)
            const isCurrent = coder.header.boot === backlog.boot
            const offset = isCurrent ? this.wallOffset : this.offsetOf(coder.header.boot)
            if (
                !isCurrent &&
                offset === undefined &&
                (this.wallOffset !== undefined || this.isTimeHopeless)
            ) {
                backlog.drop("undatable")
                return undefined
            }
            while (coder.count < skipped) await pace(coder.next().values.length)
            const until = head + backlog.firstCount() - skipped
            const batch = new Batch(coder, head, until, isCurrent, offset, head < this.losses.recovered)
            this.readFailures = 0
            if (batch.reading) return batch
            cause = batch.failure ?? cause
        } catch (e) {
            cause = e as Error
            if (e instanceof SlotError) {
                this.readFailures++
                if (this.readFailures < MOST_FAILURES) throw e
            } else if (!(e instanceof BlockError)) throw e
        }
        backlog.drop(fateOf(cause))
        return undefined
    }

    /**
     * Wall time minus the time of an earlier boot, in ms; `undefined` when it is not known, or cannot be right: then its
     * readings would be later than this start.
     */
    private offsetOf(boot: number): number | undefined {
        const { wallOffset, startedAt, recovered } = this
        const { lastCheckpoint } = recovered
        const earlier = recovered.boots.find(it => it.boot === boot)
        const offset = earlier?.wallOffset
        if (wallOffset === undefined) return offset
        if (offset !== undefined)
            return offset + earlier.at > wallOffset + startedAt + FUTURE_MS ? undefined : offset
        const isBefore = lastCheckpoint?.boot === boot && lastCheckpoint.ending === Ending.Chip
        return isBefore && startedAt < CHIP_RESTART_MS ? wallOffset - lastCheckpoint.at : undefined
    }

    /** Slots are never emptied: a checkpoint tells what in them is done with, and which boot goes on. */
    private async checkpoint(ending: Ending) {
        const { backlog, row, recovered, wallOffset } = this
        let first = backlog.nextNumber
        const oldest = row.length > 0 ? headerOf((await row.read(0)) as Buffer) : backlog.filling?.header
        if (oldest) first = oldest.first + backlog.skipped
        const serial = recovered.serial + 1
        const bytes = encodeCheckpoint(serial, backlog.boot, first, ending, backlog.now, wallOffset)
        await (row.store as SlotStore).write(serial & 1, bytes)
        recovered.serial = serial
        this.isCheckpointDue = false
    }
}

/**
 * Whether this start of the program is in the boot that the slots know as the last one. Anything but certainty counts as
 * another boot: its readings may then have no time, but never a wrong one.
 */
function isSameBoot({ boots, lastCheckpoint }: Recovered, startedAt: number, before: Before): boolean {
    if (startedAt <= (lastCheckpoint ?? boots[boots.length - 1]).at) return false
    if (before === Before.SameBoot) return lastCheckpoint?.ending !== Ending.Chip
    if (before !== Before.Deployment || lastCheckpoint?.ending !== Ending.Program) return false
    const since = startedAt - lastCheckpoint.at
    return since >= 0 && since < DEPLOYMENT_MS
}
