import { warn } from "../kernel/log"
import type { Reading } from "../meters/profile"
import { headerOf } from "./codec/block"
import { BlockEncoder } from "./codec/encoder"
import type { MeterLayouts } from "./codec/roster"
import { compact, leastThinned, type Pair } from "./compaction"
import { RamTier } from "./ram-tier"
import type { Recovered } from "./recovery"
import { SlotError } from "./slot-store"
import type { SlotTier } from "./slot-tier"

/** A reading that is so close to its time, in ms, is taken to be on time. */
const TOLERANCE_MS = 50
/** After a slot could not be written, slots are left alone for so long, in ms. */
const SLOT_PAUSE_MS = 3600000

/** What the blocks of this run of the program have in common. */
export interface Run {
    /** Counts the runs, modulo 256. */
    boot: number
    /** Wall time minus monotonic time in ms, as soon as it is known. */
    wallOffset: number
    /** Time between two readings of a meter in ms. */
    readonly period: number
}

/**
 * The readings that wait, in blocks: the oldest ones in slots, then those on the heap, and last the block that is being
 * filled. What does not fit any more is thinned, and dropped where that is not possible.
 *
 * Only for one fiber at a time.
 */
export class Backlog {
    /** Readings that wait. */
    length = 0
    /** Running number of the oldest reading, in this run of the program. */
    head = 0
    /** Running number behind the last reading that somebody has in hand; up to there nothing is thinned. */
    handedOut = 0
    /** Blocks that are gone from the front in this run of the program. */
    blocksGone = 0
    /** Times that blocks behind the front were put together or taken out. */
    reshaped = 0
    /** Readings that were taken out from between others. */
    thinned = 0
    /** Readings that had to make room. */
    dropped = 0
    /** Readings in blocks that turned out to be unreadable. */
    damaged = 0
    /** Attempts to write a slot that failed. */
    slotFailures = 0
    /** Readings of the first block that are gone. */
    skipped = 0
    /** `undefined` for none. */
    private readonly slots: SlotTier
    /** Running number of the next reading, through all runs. */
    private next: number

    private encoder: BlockEncoder
    /** The block that is being filled is in a slot as it is. */
    private isFilled = false
    private slotsPausedUntil = 0
    private now = 0
    private readonly ram: RamTier

    /**
     * @param ramBlocks that fit on the heap, besides the one that is being filled
     * @param recovered what earlier runs have left; `undefined` when there are no slots
     * @param eager every reading goes to the slots at once
     */
    constructor(
        private readonly layouts: MeterLayouts,
        private readonly run: Run,
        ramBlocks: number,
        private readonly blockBytes: number,
        recovered: Recovered,
        private readonly eager: boolean,
    ) {
        this.ram = new RamTier(ramBlocks, blockBytes)
        this.next = recovered ? recovered.next : 0
        if (!recovered) return
        this.slots = recovered.slots
        for (let i = 0; i < this.slots.length; i++) this.length = this.length + this.slots.count(i)
        this.remove(recovered.skipped)
        this.head = 0
    }

    /** Number of blocks. */
    blocks(): number {
        return this.stored() + (this.encoder ? 1 : 0)
    }

    /** Number of blocks in slots, those that are sealed. */
    slotBlocks(): number {
        return this.slots ? this.slots.length : 0
    }

    /** Number of readings in a block, also of those that are gone. */
    count(index: number): number {
        if (index === this.stored()) return this.encoder.count
        const slotBlocks = this.slotBlocks()
        return index < slotBlocks ? this.slots.count(index) : this.ram.count(index - slotBlocks)
    }

    /** The run that a block is of. */
    boot(index: number): number {
        return index < this.slotBlocks() ? this.slots.boot(index) : this.run.boot
    }

    /**
     * A block. The one that is being filled goes on changing.
     * @throws SlotError
     */
    async read(index: number): Promise<Buffer> {
        if (index === this.stored()) return this.encoder.block
        const slotBlocks = this.slotBlocks()
        if (index < slotBlocks) return await this.slots.read(index)
        return await this.ram.read(index - slotBlocks)
    }

    /**
     * Running number of the oldest reading, through all runs.
     * @throws SlotError
     */
    async firstNumber(): Promise<number> {
        if (this.length === 0) return this.next
        return headerOf(await this.read(0)).first + this.skipped
    }

    /**
     * @param mayWrite whether slots may be written for it
     * @throws RangeError when it does not even fit into an empty block
     */
    async append(reading: Reading, mayWrite: boolean) {
        this.now = reading.at
        if (this.encoder && !this.encoder.append(reading)) await this.finish(mayWrite)
        if (!this.encoder) {
            await this.begin(reading.at, mayWrite)
            if (!this.encoder.append(reading)) throw new RangeError("a reading does not fit into a block")
        }
        this.next++
        this.length++
        this.isFilled = false
        if (this.eager && mayWrite) await this.fill()
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

    /** Takes away what is left of the first block. @returns how many readings that were */
    removeBlock(): number {
        const count = this.count(0) - this.skipped
        this.remove(count)
        return count
    }

    /**
     * Puts everything into slots, and thins it as far as that takes.
     * @returns whether nothing is left on the heap
     */
    async flush(): Promise<boolean> {
        if (!this.slots) return this.length === 0
        if (this.encoder) await this.finish(true)
        await this.spill()
        while (this.ram.length > 0 && this.canWrite() && (await this.thinOnce(true))) await this.spill()
        return this.ram.length === 0
    }

    private stored(): number {
        return this.slotBlocks() + this.ram.length
    }

    private canWrite(): boolean {
        return this.slots !== undefined && this.now >= this.slotsPausedUntil
    }

    private removeFirstBlock() {
        this.skipped = 0
        this.blocksGone++
        if (this.slotBlocks() > 0) this.slots.remove(0)
        else if (this.ram.length > 0) this.ram.remove(0)
        else {
            this.encoder = undefined
            if (this.slots) this.slots.dropFilling()
        }
    }

    private async begin(at: number, mayWrite: boolean) {
        while (this.eager && mayWrite && this.canWrite() && this.slots.isFull()) {
            if (!(await this.thinOnce(true))) this.drop()
        }
        const { boot, wallOffset, period } = this.run
        const header = { boot, first: this.next, level: 0, span: 0, wallOffset, at, period }
        this.encoder = new BlockEncoder(this.layouts, this.blockBytes, header, TOLERANCE_MS)
    }

    /** Writes the block that is being filled as it is. */
    private async fill() {
        const { slots, encoder } = this
        encoder.seal()
        this.isFilled = await this.attempt(async () => await slots.fill(encoder.block))
    }

    /** Closes the block that is being filled. */
    private async finish(mayWrite: boolean) {
        const { encoder, ram, slots } = this
        if (this.isFilled && ram.length === 0) {
            slots.keepFilling()
        } else {
            if (slots) slots.dropFilling()
            encoder.seal()
            await this.makeRoom(mayWrite)
            await ram.push(encoder.block)
        }
        this.encoder = undefined
        if (mayWrite) await this.spill()
    }

    /** On the heap. */
    private async makeRoom(mayWrite: boolean) {
        while (this.ram.isFull()) {
            if (mayWrite) await this.spill()
            if (this.ram.isFull() && !(await this.thinOnce(mayWrite))) this.drop()
        }
    }

    /** Moves blocks from the heap to slots while there is room. */
    private async spill() {
        while (this.ram.length > 0 && this.canWrite() && !this.slots.isFull()) await this.spillOldest()
    }

    private async spillOldest() {
        const { ram, slots } = this
        const block = await ram.read(0)
        if (await this.attempt(async () => await slots.push(block))) ram.remove(0)
    }

    /**
     * Makes one block of two. On the heap that costs no write, so slots have their turn only when their blocks are finer.
     * @returns false when there is nothing to thin
     */
    private async thinOnce(mayWrite: boolean): Promise<boolean> {
        const pinned = this.pinned()
        const inRam = leastThinned(this.ram, pinned - this.slotBlocks())
        if (mayWrite && this.canWrite()) {
            const inSlots = leastThinned(this.slots, pinned)
            if (inSlots && !(inRam && inRam.level <= inSlots.level)) {
                const self = this
                if (await this.attempt(async () => await self.compact(inSlots))) return true
            }
        }
        if (inRam) await this.compact(inRam)
        return inRam !== undefined
    }

    private async compact(pair: Pair) {
        const { thinned, damaged } = await compact(this.layouts, pair)
        this.thinned = this.thinned + thinned
        this.damaged = this.damaged + damaged
        this.length = this.length - thinned - damaged
        this.reshaped++
    }

    private drop() {
        this.dropped = this.dropped + this.removeBlock()
    }

    /** Blocks from the front of which somebody has readings in hand. */
    private pinned(): number {
        let readings = this.skipped + this.handedOut - this.head
        let blocks = 0
        while (readings > 0) {
            readings = readings - this.count(blocks)
            blocks++
        }
        return blocks
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
            this.slotFailures++
            this.slotsPausedUntil = this.now + SLOT_PAUSE_MS
            warn("store", e.message)
            return false
        }
    }
}
