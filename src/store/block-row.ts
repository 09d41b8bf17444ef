import { COUNT_AT, PREFIX_BYTES } from "./codec/block"
import type { SlotStore } from "./slot-store"

/** The first slots hold checkpoints, in turn. */
export const CHECKPOINT_SLOTS = 2

/**
 * Sealed blocks, oldest first: a first part of them in slots, the rest on the heap, in one buffer that is allocated once.
 *
 * A slot that counts is never written: a power cut can spoil the slot that is being written, so the old state stays until
 * the new one is complete. Therefore a slot is kept free.
 */
export class BlockRow {
    /** Blocks. */
    length = 0
    /** Those of them that are in slots. */
    inSlots = 0
    freeSlots = 0
    /** Cells of the blocks by their age: the slots have the first numbers, those on the heap come behind. */
    private readonly order: Buffer
    /** For each slot the first bytes of what it holds, then the blocks on the heap; a cell with count 0 is free. */
    private readonly memory: Buffer
    private readonly slots: number

    /**
     * @param store `undefined` for none; together with the heap it may have 255 blocks
     * @param heapBlocks that fit on the heap
     * @param blockBytes in each block
     */
    constructor(
        public store: SlotStore,
        readonly heapBlocks: number,
        readonly blockBytes: number,
    ) {
        this.slots = store ? store.slots : 0
        this.freeSlots = this.slots - CHECKPOINT_SLOTS
        this.order = Buffer.alloc(this.slots + heapBlocks)
        this.memory = Buffer.alloc(this.placeOf(this.slots + heapBlocks))
    }

    /** A byte of a block's prefix. */
    prefix(index: number, at: number): number {
        return this.memory[this.placeOf(this.order[index]) + at]
    }

    /**
     * A copy of a block.
     * @throws SlotError
     */
    async read(index: number): Promise<Buffer> {
        const cell = this.order[index]
        if (cell < this.slots) return await this.store.read(cell)
        const start = this.placeOf(cell)
        return this.memory.slice(start, start + this.blockBytes)
    }

    /**
     * Writes a block to a free cell, on the heap or in a slot, and puts it into the row.
     * @param index where; behind the last one, or in the place of another
     * @throws SlotError the other is still there
     */
    async put(index: number, block: Buffer, inSlot: boolean) {
        const isNew = index === this.length
        if (!isNew && !inSlot) this.release(index)
        let cell = inSlot ? CHECKPOINT_SLOTS : this.slots
        while (this.memory[this.placeOf(cell) + COUNT_AT] > 0) cell++
        if (inSlot) await this.store.write(cell, block)
        if (!isNew && inSlot) this.release(index)
        this.take(index, cell, block)
    }

    /** Adds a block that is in a slot already. */
    adopt(slot: number, block: Buffer) {
        this.take(this.length, slot, block)
        this.inSlots++
    }

    remove(index: number) {
        this.release(index)
        this.length--
        if (index < this.inSlots) this.inSlots--
        this.order.blitAt(index, this.order, index + 1, this.length - index)
    }

    /** Where the bytes of a cell begin in the memory. */
    private placeOf(cell: number): number {
        const { slots } = this
        return Math.min(cell, slots) * PREFIX_BYTES + Math.max(cell - slots, 0) * this.blockBytes
    }

    private take(index: number, cell: number, block: Buffer) {
        let bytes = this.blockBytes
        if (cell < this.slots) {
            bytes = PREFIX_BYTES
            this.freeSlots--
        }
        this.memory.blitAt(this.placeOf(cell), block, 0, bytes)
        this.order[index] = cell
        if (index === this.length) this.length++
    }

    private release(index: number) {
        const cell = this.order[index]
        this.memory.fillAt(this.placeOf(cell), PREFIX_BYTES, 0)
        if (cell < this.slots) this.freeSlots++
    }
}
