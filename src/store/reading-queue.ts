import { Lock } from "../kernel/lock"
import { error } from "../kernel/log"
import type { Meter, Reading } from "../meters/profile"
import { Backlog, type Run } from "./backlog"
import { type Batch, BatchReader } from "./batch-reader"
import { Boots } from "./boots"
import { writeCheckpoint } from "./checkpoint"
import { MeterLayouts } from "./codec/roster"
import { Pace } from "./pace"
import { type Recovered, recover } from "./recovery"
import { SlotError, type SlotStore } from "./slot-store"

/** When readings wait and none was acknowledged for so long, in ms, the server does not answer. */
const OUTAGE_MS = 900000

/** What is in a queue, and what became of the rest. Readings, counted from the start of the program. */
export interface QueueStatistics {
    /** Waiting. */
    readonly length: number
    /** Found in slots at the start. */
    readonly recovered: number
    /** Taken out from between others to make room. */
    readonly thinned: number
    /** Lost: there was no room. */
    readonly dropped: number
    /** Lost: the block that they were in could not be read. */
    readonly damaged: number
    /** Lost: nobody can tell when they were taken. */
    readonly undatable: number
    /** Slots in use. */
    readonly slotBlocks: number
    /** Slots that did not hold a whole block at the start. */
    readonly damagedSlots: number
    /** Attempts to use a slot that failed. */
    readonly slotFailures: number
}

/** What a queue is made of. */
export interface QueueOptions {
    /** The meters whose readings may come, or may be left from earlier runs. */
    readonly meters: Meter[]
    /** Time between two readings of a meter in ms. */
    readonly pollMs: number
    /** Blocks on the heap, besides the one that is being filled; 1 or more. */
    readonly ramBlocks: number
    /** Bytes of a block; those of a slot if there is a store. */
    readonly blockBytes: number
    /** What outlives a restart; `undefined` for nothing. */
    readonly store: SlotStore
}

/**
 * The only owner of readings that are not yet delivered. A reading leaves it by {@link acknowledge}; whatever else may
 * become of one is counted.
 *
 * Readings wait on the heap, and behind it in slots that outlive a restart. Slots are only written while the server does
 * not answer, once for a block of readings, unless the store is eager.
 *
 * Any fiber may call at any time: the calls are served one after the other.
 */
export class ReadingQueue {
    /** Readings waiting now. */
    length = 0
    /** Readings that are lost, for whatever reason; those that were thinned out are not counted here. */
    dropped = 0
    private readonly lock = new Lock()
    private readonly pace = new Pace()
    private readonly run: Run
    private readonly backlog: Backlog
    private readonly reader: BatchReader
    private readonly recoveredReadings: number
    private readonly damagedSlots: number
    private serial: number
    /** The slots hold readings that are done with, and no checkpoint says so. */
    private isCheckpointDue = false
    /** Times of the last reading, and of the last sign of life from the server. */
    private now = 0
    private answeredAt = 0

    /**
     * Opens a queue, with what earlier runs have left in the store. A store that fails is left alone, and reported.
     * @param startedAt `ds.millis()`
     */
    static async open(options: QueueOptions, startedAt: number): Promise<ReadingQueue> {
        const layouts = new MeterLayouts(options.meters)
        if (options.store === undefined) return new ReadingQueue(options, layouts, undefined)
        try {
            return new ReadingQueue(options, layouts, await recover(options.store, layouts, startedAt))
        } catch (e) {
            if (!(e instanceof SlotError)) throw e
            error("store", "not used until the next restart: " + e.message)
            return new ReadingQueue(options, layouts, undefined)
        }
    }

    /** @param recovered what is in the store; `undefined` for no store */
    constructor(
        private readonly options: QueueOptions,
        layouts: MeterLayouts,
        private readonly recovered: Recovered,
    ) {
        const eager = recovered ? options.store.eager : false
        this.run = { boot: recovered ? recovered.boot : 0, wallOffset: undefined, period: options.pollMs }
        this.backlog = new Backlog(layouts, this.run, options.ramBlocks, options.blockBytes, recovered, eager)
        this.recoveredReadings = this.backlog.length
        const boots = recovered ? recovered.boots : new Boots([], 0)
        this.reader = new BatchReader(layouts, this.backlog, boots, this.run, this.recoveredReadings)
        this.serial = recovered ? recovered.serial : 0
        this.damagedSlots = recovered ? recovered.damagedSlots : 0
        this.length = this.backlog.length
    }

    /** Tells the wall time minus `ds.millis()` in ms, as soon as it is known and whenever it is known better. */
    setWallOffset(wallOffset: number) {
        this.run.wallOffset = wallOffset
    }

    /** Takes a reading of one of the queue's meters. */
    async append(reading: Reading) {
        const { backlog } = this
        const self = this
        await this.exclusively(async () => {
            if (backlog.length === 0) self.answeredAt = reading.at
            self.now = reading.at
            await backlog.append(reading, self.mayWrite())
        })
        await this.pace.step()
    }

    /**
     * Up to `count` of the oldest readings, without removing them. What cannot be read or told the time of is removed
     * and counted.
     * @throws SlotError
     */
    async peek(count: number): Promise<Batch> {
        const { reader } = this
        return await this.exclusively(async () => await reader.peek(count))
    }

    /**
     * Removes what was delivered. What was lost since the batch was peeked is not removed a second time.
     * @param end the batch's end, or the number of the first of its readings that was not delivered
     */
    async acknowledge(end: number) {
        const { backlog } = this
        const self = this
        await this.exclusively(async () => {
            self.answeredAt = self.now
            backlog.remove(end - backlog.head)
            if (self.recovered && self.options.store.eager) self.isCheckpointDue = true
        })
    }

    /**
     * Puts everything into slots, for a restart that is to follow at once. If there are fewer slots than that takes,
     * readings are thinned.
     * @param endedAt `ds.millis()`
     * @returns whether nothing would be lost
     */
    async save(endedAt: number): Promise<boolean> {
        const { backlog, recovered } = this
        const self = this
        return await this.exclusively(async () => {
            const isSaved = recovered ? await backlog.flush() : backlog.length === 0
            if (backlog.slotBlocks() > 0) await self.checkpoint(endedAt)
            return isSaved
        })
    }

    statistics(): QueueStatistics {
        const { backlog, reader } = this
        return {
            length: backlog.length,
            recovered: this.recoveredReadings,
            thinned: backlog.thinned,
            dropped: backlog.dropped,
            damaged: backlog.damaged,
            undatable: reader.undatable,
            slotBlocks: backlog.slotBlocks(),
            damagedSlots: this.damagedSlots,
            slotFailures: backlog.slotFailures,
        }
    }

    /** A store that is not eager is only written while the server does not answer. */
    private mayWrite(): boolean {
        if (!this.recovered) return false
        return this.options.store.eager || this.now - this.answeredAt > OUTAGE_MS
    }

    private async exclusively<T>(body: () => Promise<T>): Promise<T> {
        const { backlog, reader } = this
        const self = this
        return await this.lock.run(async () => {
            const slotBlocks = backlog.slotBlocks()
            try {
                return await body()
            } finally {
                if (slotBlocks > 0 && backlog.slotBlocks() === 0) self.isCheckpointDue = true
                if (self.isCheckpointDue) await self.checkpoint(undefined)
                self.length = backlog.length
                self.dropped = backlog.dropped + backlog.damaged + reader.undatable
            }
        })
    }

    /** Slots are never emptied: a checkpoint tells what in them is done with. */
    private async checkpoint(endedAt: number) {
        const { backlog, run, options } = this
        const serial = this.serial + 1
        const isWritten = await backlog.attempt(async () => {
            const acknowledged = await backlog.firstNumber()
            const { boot, wallOffset } = run
            await writeCheckpoint(options.store, { serial, acknowledged, boot, endedAt, wallOffset })
        })
        if (!isWritten) return
        this.serial = serial
        this.isCheckpointDue = false
    }
}
