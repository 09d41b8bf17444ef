import { error } from "../device/log"
import { SlotError, type SlotStore } from "../device/slot-store"
import { Lock } from "../kernel/lock"
import type { Meter, Reading } from "../line/meters/profile"
import { Backlog, type Losses } from "./backlog"
import { Batch } from "./batch"
import { BlockRow } from "./block-row"
import { BlockError, BOOT_AT, checkSeal, headerOf, newHeader } from "./codec/block"
import { BlockCoder, layoutsOf } from "./codec/coder"
import type { MeterLayout } from "./codec/layout"
import { HEADER_FIELDS, pace } from "./pace"
import { CHECKPOINT_BYTES, type Inheritance, inherit, nothing } from "./recovery"

/** When readings wait and none was acknowledged for so long, in ms, the server does not answer. */
const OUTAGE_MS = 900000
/** A block that could not be read so often in a row is given up. */
const MOST_FAILURES = 5
/** A chip that was reset has started its program by then, in ms. */
const BOOT_MS = 10000
/** Beside more blocks on the heap a page of 45 KB may find no room: the network hands over six KB of it at once. */
const CROWD = 4

/** What a queue is made of. */
export interface QueueOptions {
    /** The meters whose readings may come, or may be left from earlier runs. */
    readonly meters: Meter[]
    /** Time between two readings of a meter in ms. */
    readonly pollMs: number
    /** Blocks on the heap, besides the one that is being filled; 1 or more. */
    readonly heapBlocks: number
    /** Bytes of a block; those of a slot if there is a store. */
    readonly blockBytes: number
    /** What outlives a restart; `undefined` for nothing. */
    readonly store: SlotStore
    /** Where what becomes of readings is counted; it has nothing to do with who delivers them. */
    readonly losses: Losses
}

/**
 * Opens a queue with what earlier runs of the program have left in the store. A store that cannot be read is reported
 * and left alone.
 * @param startedAt `ds.millis()`
 */
export async function openQueue(options: QueueOptions, startedAt: number): Promise<ReadingQueue> {
    const { heapBlocks, blockBytes, store } = options
    const layouts = layoutsOf(options.meters)
    const row = new BlockRow(store, heapBlocks, blockBytes)
    let inheritance = nothing()
    try {
        if (store) inheritance = await inherit(row)
    } catch (e) {
        if (!(e instanceof SlotError)) throw e
        error("store", "not used until the next restart: " + e.message)
        row.length = 0
        row.inSlots = 0
        row.store = undefined
    }
    return new ReadingQueue(layouts, row, options.pollMs, inheritance, startedAt, options.losses)
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
    wallOffset: number = undefined
    /** The wall time will not be known: what of earlier boots waits for it is dropped. */
    isTimeHopeless = false
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
     * @param row with what was inherited
     * @param losses see {@link QueueOptions}
     */
    constructor(
        layouts: MeterLayout[],
        private readonly row: BlockRow,
        pollMs: number,
        private readonly inheritance: Inheritance,
        startedAt: number,
        readonly losses: Losses,
    ) {
        this.inHand = Buffer.alloc(row.blockBytes)
        const { lastBoot, lastAt, skipped, next } = inheritance
        let boot = (lastBoot + 1) & 0xff
        // when only the program was restarted, the clock goes on, and the boot with it
        if (row.length > 0 && startedAt > Math.max(lastAt, BOOT_MS)) boot = lastBoot
        const backlog = new Backlog(layouts, row, boot, next, pollMs, losses)
        backlog.remove(skipped)
        backlog.head = 0
        this.backlog = backlog
        this.answeredAt = startedAt
        const { length } = backlog
        this.length = length
        losses.recovered = length
    }

    /** So much waits on the heap that it may have no room for a long answer. */
    isCrowded(): boolean {
        const { row } = this
        return row.length - row.inSlots > CROWD
    }

    /** Takes a reading of one of the queue's meters. */
    async append(reading: Reading) {
        const { backlog, row } = this
        await this.lock.acquire()
        try {
            if (backlog.length === 0) this.answeredAt = reading.at
            // while the server answers, a store that is not eager is left alone
            const mayWrite = row.store && (row.store.eager || reading.at - this.answeredAt > OUTAGE_MS)
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
    async peek(): Promise<Batch> {
        let batch: Batch
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
     * Puts everything into slots, because a restart is to follow at once. If there are not enough slots, readings are
     * thinned.
     * @param endedAt `ds.millis()`
     * @returns whether no reading will be lost by the restart
     */
    async save(endedAt: number): Promise<boolean> {
        const { backlog, row } = this
        let isSaved = false
        await this.lock.acquire()
        try {
            isSaved = row.store ? await backlog.flush() : backlog.length === 0
            if (row.inSlots > 0) await backlog.attempt(this.checkpoint, isSaved ? endedAt : 0)
        } finally {
            await this.leave()
        }
        return isSaved
    }

    private async leave() {
        const { row } = this
        if (this.hadSlots && row.inSlots === 0) this.isCheckpointDue = true
        this.hadSlots = row.inSlots > 0
        if (this.isCheckpointDue) await this.backlog.attempt(this.checkpoint, 0)
        this.length = this.backlog.length
        this.lock.release()
    }

    /** The first block as a batch; `undefined` when it had to be removed. */
    private async open(): Promise<Batch> {
        const { backlog, row } = this
        const { head, skipped, filling } = backlog
        const isFilling = row.length === 0
        const boot = isFilling ? backlog.boot : row.prefix(0, BOOT_AT)
        const isCurrent = boot === backlog.boot
        let offset = this.wallOffset
        if (!isCurrent) {
            const { boots, plannedEnd } = this.inheritance
            let known: number
            for (const it of boots) if (it.boot === boot) known = it.wallOffset
            if (known !== undefined) offset = known
            else if (offset !== undefined && plannedEnd?.boot === boot) offset = offset - plannedEnd.at
            else if (offset !== undefined || this.isTimeHopeless) {
                backlog.drop("undatable")
                return undefined
            }
        }
        try {
            const { inHand } = this
            const block = isFilling ? filling.block : await row.read(0, inHand)
            if (row.inSlots > 0) checkSeal(block)
            if (block !== inHand) inHand.blitAt(0, block, 0, inHand.length)
            const coder = new BlockCoder(backlog.layouts, inHand)
            await pace(HEADER_FIELDS)
            while (coder.count < skipped) await pace(coder.next().values.length)
            const until = head + backlog.firstCount() - skipped
            const batch = new Batch(coder, head, until, isCurrent, offset, head < this.losses.recovered)
            this.readFailures = 0
            if (batch.reading) return batch
        } catch (e) {
            if (e instanceof SlotError) {
                this.readFailures++
                if (this.readFailures < MOST_FAILURES) throw e
            } else if (!(e instanceof BlockError)) throw e
        }
        backlog.drop("damaged")
        return undefined
    }

    /**
     * Slots are never emptied: a checkpoint tells what in them is done with.
     * @param endedAt time in ms of a planned end, else 0
     */
    private async checkpoint(endedAt: number) {
        const { backlog, row, inheritance } = this
        let first = backlog.nextNumber
        const oldest = row.length > 0 ? headerOf(await row.read(0)) : backlog.filling?.header
        if (oldest) first = oldest.first + backlog.skipped
        const serial = inheritance.serial + 1
        const header = newHeader(backlog.boot, first, this.wallOffset, endedAt, serial)
        const block = new BlockCoder(backlog.layouts, Buffer.alloc(CHECKPOINT_BYTES), header)
        await row.store.write(serial & 1, block.seal())
        inheritance.serial = serial
        this.isCheckpointDue = false
    }
}
