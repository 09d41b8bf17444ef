import { warn } from "../kernel/log"
import type { Reading } from "../meters/profile"
import type { BlockRow } from "./block-row"
import { countOf } from "./codec/block"
import { BlockCoder } from "./codec/coder"
import type { MeterLayout } from "./codec/layout"
import { paceChecksum } from "./pace"
import { SlotError } from "./slot-store"
import { thin, UnreadableBlock } from "./thinning"

/** A reading that is so close to its time, in ms, is taken to be on time. */
const TOLERANCE_MS = 50
/** After a slot failed, slots are left alone for so long, in ms. */
const SLOT_PAUSE_MS = 3600000

/** What became of readings, counted from the start of the program. */
export interface Fates {
    /** Readings that were found in slots at the start. */
    recovered: number
    /** Slots that held no whole block at the start. */
    damagedSlots: number
    /** Readings that were taken out from between others to make room. */
    thinned: number
    /** Readings lost because there was no room. */
    crowdedOut: number
    /** Readings lost because their block cannot be read. */
    damaged: number
    /** Readings lost because nobody can tell when they were taken. */
    undatable: number
    /** Attempts to read or write a slot that failed. */
    slotFailures: number
}

/**
 * The readings that wait: a row of blocks, and the one that is being filled. What does not fit any more is thinned, and
 * dropped where that is not possible. Only for one fiber at a time.
 */
export class Backlog {
    /** Readings that wait. */
    length = 0
    /** Running number of the oldest reading, in this run of the program. */
    head = 0
    /** Readings of the first block that are gone. */
    skipped = 0
    /** The block that is being filled; `undefined` when there is none. */
    filling: BlockCoder
    /** Time of the last reading. */
    now = 0
    /** It is in a slot as it is. */
    private isStored = false
    private slotsPausedUntil = 0

    /**
     * @param boot number of this boot of the chip
     * @param nextNumber running number of the next reading, through all runs of the program
     * @param pollMs time between two readings of a meter
     */
    constructor(
        readonly layouts: MeterLayout[],
        readonly row: BlockRow,
        readonly fates: Fates,
        readonly boot: number,
        public nextNumber: number,
        private readonly pollMs: number,
    ) {
        for (let i = 0; i < row.length; i++) this.length = this.length + row.count(i)
    }

    /** Readings in the first block, also those that are gone. */
    firstCount(): number {
        return this.row.length > 0 ? this.row.count(0) : this.filling.count
    }

    /**
     * @param wallOffset wall time minus monotonic time in ms, if known
     * @param mayWrite whether slots may be written for it
     */
    async append(reading: Reading, wallOffset: number, mayWrite: boolean) {
        const { row } = this
        this.now = reading.at
        if (this.filling && !this.filling.append(reading)) await this.finish(mayWrite)
        if (!this.filling) {
            while (row.eager && this.canWrite() && !row.hasFreeSlot()) await this.condense(true)
            const { layouts, boot, nextNumber, pollMs } = this
            const header = {
                boot,
                first: nextNumber,
                level: 0,
                span: 0,
                wallOffset,
                at: reading.at,
                period: pollMs,
            }
            this.filling = new BlockCoder(layouts, Buffer.alloc(row.blockBytes), header, TOLERANCE_MS)
            this.filling.append(reading)
        }
        this.nextNumber++
        this.length++
        this.isStored = row.eager && (await this.attempt(this.store))
    }

    /** Takes away the `n` oldest readings. */
    remove(n: number) {
        while (n > 0 && this.length > 0) {
            const count = Math.min(n, this.firstCount() - this.skipped)
            this.skipped = this.skipped + count
            this.head = this.head + count
            this.length = this.length - count
            n = n - count
            if (this.skipped < this.firstCount()) return
            this.skipped = 0
            if (this.row.length > 0) this.row.remove(0)
            else {
                this.filling = undefined
                this.row.dropFilling()
            }
        }
    }

    /**
     * Takes away what is left of the first block.
     * @returns how many readings that were
     */
    removeBlock(): number {
        const count = this.firstCount() - this.skipped
        this.remove(count)
        return count
    }

    /**
     * Puts everything into slots, thinned as far as that takes.
     * @returns whether nothing is left on the heap
     */
    async flush(): Promise<boolean> {
        const { row } = this
        if (this.filling) await this.finish(true)
        await this.spill()
        while (row.length > row.inSlots && this.canWrite()) {
            await this.condense(true)
            await this.spill()
        }
        return row.length === row.inSlots
    }

    /**
     * Does something with slots, unless they have a pause.
     * @returns whether it was done; if not, slots have a pause
     */
    async attempt(action: () => Promise<void>): Promise<boolean> {
        if (!this.canWrite()) return false
        try {
            await action()
            return true
        } catch (e) {
            if (!(e instanceof SlotError)) throw e
            this.fates.slotFailures++
            this.slotsPausedUntil = this.now + SLOT_PAUSE_MS
            warn("store", e.message)
            return false
        }
    }

    private canWrite(): boolean {
        return this.now >= this.slotsPausedUntil
    }

    /** Writes the block that is being filled as it is. */
    private async store() {
        const { filling, row } = this
        filling.seal()
        await paceChecksum(row.blockBytes)
        await row.fill(filling.block)
    }

    /** Closes the block that is being filled. */
    private async finish(mayWrite: boolean) {
        const { filling, row } = this
        this.filling = undefined
        if (this.isStored && row.length === row.inSlots) {
            row.keepFilling()
            return
        }
        row.dropFilling()
        filling.seal()
        while (row.isHeapFull()) {
            if (mayWrite) await this.spill()
            if (row.isHeapFull()) await this.condense(mayWrite)
        }
        await row.push(filling.block)
        if (mayWrite) await this.spill()
    }

    /** Moves blocks from the heap to slots while there is room. */
    private async spill() {
        const { row } = this
        while (row.length > row.inSlots && row.hasFreeSlot()) {
            if (!(await this.attempt(row.moveToSlot))) return
        }
    }

    /**
     * Makes one block of two neighbours, the oldest two among those that were thinned least. On the heap thinning costs no
     * write, so slots have their turn only when what they hold is finer. The first block stays, for somebody may have
     * readings of it in hand. Where there are no such two, the first block is dropped.
     */
    private async condense(mayWrite: boolean) {
        const { row } = this
        let best = -1
        let least = 99
        let i = 1
        if (!mayWrite || !this.canWrite()) i = Math.max(i, row.inSlots)
        for (; i + 1 < row.length; i++) {
            if (i + 1 === row.inSlots || row.boot(i) !== row.boot(i + 1)) continue
            let level = Math.max(row.level(i), row.level(i + 1))
            if (i < row.inSlots) level = level + 0.5
            if (level >= least) continue
            best = i
            least = level
        }
        if (best < 0) {
            this.fates.crowdedOut = this.fates.crowdedOut + this.removeBlock()
            return
        }
        const self = this
        const merge = async () => await self.merge(best)
        if (best < row.inSlots) await this.attempt(merge)
        else await merge()
    }

    private async merge(index: number) {
        const { row, fates } = this
        const older = await row.read(index)
        const younger = await row.read(index + 1)
        const readings = row.count(index) + row.count(index + 1)
        try {
            const block = await thin(this.layouts, older, younger)
            await row.replace(index, block, index < row.inSlots)
            row.remove(index + 1)
            const removed = readings - countOf(block)
            fates.thinned = fates.thinned + removed
            this.length = this.length - removed
        } catch (e) {
            if (!(e instanceof UnreadableBlock)) throw e
            const count = row.count(index + e.index)
            row.remove(index + e.index)
            fates.damaged = fates.damaged + count
            this.length = this.length - count
        }
    }
}
