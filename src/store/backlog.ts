import { warn } from "../kernel/log"
import type { Reading } from "../meters/profile"
import type { BlockRow } from "./block-row"
import { BlockError, countOf, headerOf } from "./codec/block"
import type { MeterLayouts } from "./codec/coder"
import { BlockEncoder } from "./codec/encoder"
import { paceChecksum } from "./pace"
import { SlotError } from "./slot-store"
import { Thinning } from "./thinning"

/** A reading that is so close to its time, in ms, is taken to be on time. */
const TOLERANCE_MS = 50
/** After a slot failed, slots are left alone for so long, in ms. */
const SLOT_PAUSE_MS = 3600000

/** What the blocks of this run of the program have in common. */
export interface Run {
    /** Counts the runs, modulo 256. */
    boot: number
    /** Running number of the next reading, through all runs. */
    next: number
    /** Wall time minus monotonic time in ms, as soon as it is known. */
    wallOffset: number
    /** Time between two readings of a meter in ms. */
    readonly period: number
}

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
 * dropped where that is not possible.
 *
 * Only for one fiber at a time.
 */
export class Backlog {
    /** Readings that wait. */
    length = 0
    /** Running number of the oldest reading, in this run of the program. */
    head = 0
    /** Readings of the first block that are gone. */
    skipped = 0
    /** Running number behind the last reading that somebody has in hand; up to there nothing is thinned. */
    handedOut = 0
    /** Blocks that are gone from the front. */
    blocksGone = 0
    /** Times that the row has been changed in another place than its ends. */
    reshaped = 0
    private encoder: BlockEncoder
    /** The block that is being filled is in a slot as it is. */
    private isFilled = false
    private slotsPausedUntil = 0
    private now = 0

    /** @param skipped readings of the first block that are gone */
    constructor(
        private readonly layouts: MeterLayouts,
        private readonly run: Run,
        private readonly fates: Fates,
        private readonly row: BlockRow,
        skipped: number,
    ) {
        for (let i = 0; i < row.length; i++) this.length = this.length + row.count(i)
        this.remove(skipped)
        this.head = 0
    }

    /** Number of blocks. */
    blocks(): number {
        return this.row.length + (this.encoder ? 1 : 0)
    }

    /** Number of readings in a block, also of those that are gone. */
    count(index: number): number {
        return index === this.row.length ? this.encoder.count : this.row.count(index)
    }

    /** The run that a block is of. */
    boot(index: number): number {
        return index === this.row.length ? this.run.boot : this.row.boot(index)
    }

    isInSlot(index: number): boolean {
        return index < this.row.inSlots
    }

    /**
     * A block. The one that is being filled goes on changing.
     * @throws SlotError
     */
    async read(index: number): Promise<Buffer> {
        return index === this.row.length ? this.encoder.block : await this.row.read(index)
    }

    /**
     * Running number of the oldest reading, through all runs.
     * @throws SlotError
     */
    async firstNumber(): Promise<number> {
        return this.length === 0 ? this.run.next : headerOf(await this.read(0)).first + this.skipped
    }

    /** @param mayWrite whether slots may be written for it */
    async append(reading: Reading, mayWrite: boolean) {
        const { run, row } = this
        this.now = reading.at
        if (this.encoder && !this.encoder.append(reading)) await this.finish(mayWrite)
        if (!this.encoder) {
            while (mayWrite && row.store.eager && this.canWrite() && !row.hasFreeSlot())
                await this.condense(true)
            const { boot, next, wallOffset, period } = run
            const header = { boot, first: next, level: 0, span: 0, wallOffset, at: reading.at, period }
            this.encoder = new BlockEncoder(this.layouts, row.blockBytes, header, TOLERANCE_MS)
            this.encoder.append(reading)
        }
        run.next++
        this.length++
        if (mayWrite && row.store.eager) await this.fill()
    }

    /** Takes away the `n` oldest readings. */
    remove(n: number) {
        while (n > 0 && this.length > 0) {
            const count = Math.min(n, this.count(0) - this.skipped)
            this.skipped = this.skipped + count
            this.head = this.head + count
            this.length = this.length - count
            n = n - count
            if (this.skipped === this.count(0)) this.removeFirstBlock()
        }
    }

    /**
     * Takes away what is left of the first block.
     * @returns how many readings that were
     */
    removeBlock(): number {
        const count = this.count(0) - this.skipped
        this.remove(count)
        return count
    }

    /**
     * Puts everything into slots, thinned as far as that takes.
     * @returns whether nothing is left on the heap
     */
    async flush(): Promise<boolean> {
        const { row } = this
        if (this.encoder) await this.finish(true)
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

    private removeFirstBlock() {
        this.skipped = 0
        this.blocksGone++
        if (this.row.length > 0) {
            this.row.remove(0)
        } else {
            this.encoder = undefined
            this.row.dropFilling()
        }
    }

    /** Writes the block that is being filled as it is. */
    private async fill() {
        const { encoder, row } = this
        encoder.seal()
        await paceChecksum(row.blockBytes)
        this.isFilled = await this.attempt(async () => await row.fill(encoder.block))
    }

    /** Closes the block that is being filled. */
    private async finish(mayWrite: boolean) {
        const { encoder, row } = this
        if (this.isFilled && row.length === row.inSlots) {
            row.keepFilling()
        } else {
            row.dropFilling()
            encoder.seal()
            while (row.isHeapFull()) {
                if (mayWrite) await this.spill()
                if (row.isHeapFull()) await this.condense(mayWrite)
            }
            await row.push(encoder.block)
        }
        this.encoder = undefined
        this.isFilled = false
        if (mayWrite) await this.spill()
    }

    /** Moves blocks from the heap to slots while there is room. */
    private async spill() {
        const { row } = this
        while (row.length > row.inSlots && this.canWrite() && row.hasFreeSlot()) {
            await this.attempt(row.moveToSlot)
        }
    }

    /** Makes one block of two, or, where that is not possible, drops the first. */
    private async condense(mayWrite: boolean) {
        const { row } = this
        const index = this.leastThinned(mayWrite && this.canWrite())
        if (index < 0) this.fates.crowdedOut = this.fates.crowdedOut + this.removeBlock()
        else if (index >= row.inSlots) await this.merge(index)
        else {
            const self = this
            await this.attempt(async () => await self.merge(index))
        }
    }

    /**
     * The oldest two neighbours among those that were thinned least. On the heap thinning costs no write, so slots have
     * their turn only when what they hold is finer.
     * @returns the index of the older one; -1 when there are no such two
     */
    private leastThinned(inSlots: boolean): number {
        const { row } = this
        let best = -1
        let least = 99
        for (let i = Math.max(this.pinned(), inSlots ? 0 : row.inSlots); i + 1 < row.length; i++) {
            if (i + 1 === row.inSlots || row.boot(i) !== row.boot(i + 1)) continue
            const level = Math.max(row.level(i), row.level(i + 1)) + (i < row.inSlots ? 0.5 : 0)
            if (level < least) {
                best = i
                least = level
            }
        }
        return best
    }

    private async merge(index: number) {
        const { row, fates } = this
        const readings = row.count(index) + row.count(index + 1)
        const thinning = new Thinning(this.layouts, await row.read(index), await row.read(index + 1))
        this.reshaped++
        try {
            const block = await thinning.run()
            await row.merge(index, block)
            const removed = readings - countOf(block)
            fates.thinned = fates.thinned + removed
            this.length = this.length - removed
        } catch (e) {
            if (!(e instanceof BlockError)) throw e
            const count = row.count(index + thinning.reading)
            row.remove(index + thinning.reading)
            fates.damaged = fates.damaged + count
            this.length = this.length - count
        }
    }

    /** Blocks from the front of which somebody has readings in hand. */
    private pinned(): number {
        let readings = this.skipped + this.handedOut - this.head
        let blocks = 0
        for (; readings > 0; blocks++) readings = readings - this.count(blocks)
        return blocks
    }
}
