import { Lock } from "../kernel/lock"
import { error } from "../kernel/log"
import type { Meter, Reading } from "../meters/profile"
import { Backlog, type Fates, type Run } from "./backlog"
import { type Batch, BatchReader } from "./batch-reader"
import { BlockRow } from "./block-row"
import { Boots } from "./boots"
import { writeCheckpoint } from "./checkpoint"
import { MeterLayouts } from "./codec/coder"
import { pace } from "./pace"
import { type Inheritance, inherit, NOTHING } from "./recovery"
import { SlotError, type SlotStore } from "./slot-store"

/** When readings wait and none was acknowledged for so long, in ms, the server does not answer. */
const OUTAGE_MS = 900000

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
}

/**
 * Opens a queue with what earlier runs of the program have left in the store. A store that cannot be read is reported
 * and left alone.
 * @param startedAt `ds.millis()`
 */
export async function openQueue(options: QueueOptions, startedAt: number): Promise<ReadingQueue> {
    const { meters, pollMs, heapBlocks, blockBytes } = options
    const layouts = new MeterLayouts(meters)
    let { store } = options
    let inheritance = NOTHING
    try {
        if (store) inheritance = await inherit(store, layouts)
    } catch (e) {
        if (!(e instanceof SlotError)) throw e
        error("store", "not used until the next restart: " + e.message)
        store = undefined
    }
    const row = new BlockRow(store, heapBlocks, blockBytes)
    return new ReadingQueue(layouts, row, pollMs, inheritance, startedAt)
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
    length = 0
    /** Readings that are lost, for whatever reason; those that were thinned out are not counted here. */
    dropped = 0
    /** What became of readings. */
    readonly fates: Fates
    private readonly lock = new Lock()
    private readonly run: Run
    private readonly backlog: Backlog
    private readonly reader: BatchReader
    /** Serial number of the last checkpoint. */
    private serial: number
    /** The slots hold readings that are done with, and no checkpoint says so. */
    private isCheckpointDue = false
    /** Times of the last reading, and of the last sign of life from the server. */
    private now = 0
    private answeredAt = 0

    /** @param row is empty */
    constructor(
        layouts: MeterLayouts,
        private readonly row: BlockRow,
        pollMs: number,
        inheritance: Inheritance,
        startedAt: number,
    ) {
        const { blocks, boots, lastBoot, first, next, serial, damagedSlots } = inheritance
        for (const block of blocks) row.adopt(block.slot, block.prefix)
        const skipped = blocks.length > 0 ? first - blocks[0].first : 0
        this.run = { boot: (lastBoot + 1) & 0xff, next, wallOffset: undefined, period: pollMs }
        this.fates = {
            recovered: 0,
            damagedSlots,
            thinned: 0,
            crowdedOut: 0,
            damaged: 0,
            undatable: 0,
            slotFailures: 0,
        }
        this.backlog = new Backlog(layouts, this.run, this.fates, row, skipped)
        this.fates.recovered = this.backlog.length
        this.length = this.backlog.length
        this.reader = new BatchReader(
            layouts,
            this.backlog,
            new Boots(boots, startedAt),
            this.run,
            this.fates,
        )
        this.serial = serial
    }

    /** Tells the wall time minus `ds.millis()` in ms, as soon as it is known and whenever it is known better. */
    setWallOffset(wallOffset: number) {
        this.run.wallOffset = wallOffset
    }

    /** Takes a reading of one of the queue's meters. */
    async append(reading: Reading) {
        const self = this
        await this.alone(async () => {
            if (self.backlog.length === 0) self.answeredAt = reading.at
            self.now = reading.at
            await self.backlog.append(reading, self.mayWrite())
        })
        await pace(reading.values.length)
    }

    /**
     * Up to `count` of the oldest readings, without removing them. What cannot be read, or told the time of, is removed
     * and counted.
     * @throws SlotError
     */
    async peek(count: number): Promise<Batch> {
        const { reader } = this
        return await this.alone(async () => await reader.peek(count))
    }

    /**
     * Removes what was delivered. What was lost since the batch was peeked is not removed a second time.
     * @param end the batch's end, or the number of the first of its readings that was not delivered
     */
    async acknowledge(end: number) {
        const self = this
        await this.alone(async () => {
            self.answeredAt = self.now
            self.backlog.remove(end - self.backlog.head)
            if (self.row.store?.eager) self.isCheckpointDue = true
        })
    }

    /**
     * Puts everything into slots, because a restart is to follow at once. If there are not enough slots, readings are
     * thinned.
     * @param endedAt `ds.millis()`
     * @returns whether no reading will be lost by the restart
     */
    async save(endedAt: number): Promise<boolean> {
        const self = this
        return await this.alone(async () => {
            if (!self.row.store) return self.backlog.length === 0
            const isSaved = await self.backlog.flush()
            if (self.row.inSlots > 0) await self.checkpoint(isSaved ? endedAt : undefined)
            return isSaved
        })
    }

    /** A store that is not eager is only written while the server does not answer. */
    private mayWrite(): boolean {
        const { store } = this.row
        return store !== undefined && (store.eager || this.now - this.answeredAt > OUTAGE_MS)
    }

    private async alone<T>(body: () => Promise<T>): Promise<T> {
        const self = this
        return await this.lock.run(async () => {
            const { row, backlog, fates } = self
            const inSlots = row.inSlots
            try {
                return await body()
            } finally {
                if (inSlots > 0 && row.inSlots === 0) self.isCheckpointDue = true
                if (self.isCheckpointDue) await self.checkpoint(undefined)
                self.length = backlog.length
                self.dropped = fates.crowdedOut + fates.damaged + fates.undatable
            }
        })
    }

    /** Slots are never emptied: a checkpoint tells what in them is done with. */
    private async checkpoint(endedAt: number) {
        const { backlog, run, row } = this
        const serial = this.serial + 1
        const isWritten = await backlog.attempt(async () => {
            const acknowledged = await backlog.firstNumber()
            const { boot, wallOffset } = run
            await writeCheckpoint(row.store, { serial, acknowledged, boot, endedAt, wallOffset })
        })
        if (!isWritten) return
        this.serial = serial
        this.isCheckpointDue = false
    }
}
