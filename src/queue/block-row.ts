import type { SlotStore } from "../device/slot-store"
import { COUNT_AT, PREFIX_BYTES } from "./codec/block"

/** The first slots hold checkpoints, in turn. */
export const CHECKPOINT_SLOTS = 2

/** Buffers that are kept for new blocks. */
const MOST_SPARE = 3

/**
 * Sealed blocks, oldest first: a first part of them in slots, the rest on the heap. What is on the heap is only there while
 * it is needed, because what the network hands over needs the same room.
 *
 * A slot that counts is never written: a power cut can spoil the slot that is being written, so the old state stays until
 * the new one is complete. Therefore a slot is kept free.
 */
export class BlockRow {
    /** Blocks. */
    length = 0
    /** Those of them that are in slots. */
    inSlots = 0
    /** Those of the store. */
    readonly slots: number
    /** Cells of the blocks by their age: the slots have the first numbers, those on the heap come behind. */
    private readonly order: Buffer
    /** For each cell the first of its block's bytes, which tell what it holds; a cell with count 0 is free. */
    private readonly prefixes: Buffer
    /** Memory of blocks that are gone, for others. */
    private readonly spare: Buffer[] = []
    /** The blocks on the heap, by their cell; `undefined` where there is none. */
    private readonly memory: Buffer[] = []

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
        const slots = store ? store.slots : 0
        this.slots = slots
        this.order = Buffer.alloc(slots + heapBlocks)
        this.prefixes = Buffer.alloc((slots + heapBlocks) * PREFIX_BYTES)
        for (let i = 0; i < heapBlocks; i++) this.memory.push(undefined)
    }

    /**
     * What a block's first bytes tell.
     * @param at {@link COUNT_AT} and so on
     */
    prefix(index: number, at: number): number {
        return this.prefixes[this.order[index] * PREFIX_BYTES + at - COUNT_AT]
    }

    /** Zeros for a new block. */
    blank(): Buffer {
        const block = this.spare.pop()
        if (!block) return Buffer.alloc(this.blockBytes)
        block.fillAt(0, block.length, 0)
        return block
    }

    /** Gives back the memory of a block. Late in an outage the heap has no other piece of that size. */
    free(block: Buffer) {
        if (this.spare.length < MOST_SPARE) this.spare.push(block)
    }

    /**
     * A block, not to be changed. One on the heap may be gone as soon as the row is changed.
     * @param into where one from a slot may go
     * @throws SlotError
     */
    async read(index: number, into?: Buffer): Promise<Buffer> {
        const { slots } = this
        const cell = this.order[index]
        if (cell < slots) return await this.store.read(cell, into)
        return this.memory[cell - slots]
    }

    /** Whether another block can go into slots. */
    hasFreeSlot(): boolean {
        return this.store && this.slots - this.inSlots > CHECKPOINT_SLOTS + 1
    }

    /**
     * Puts a block into the row, in a free cell on the heap or in a slot.
     * @param index where; behind the last one, or in the place of another
     * @param block not changed any more
     * @throws SlotError the other is still there
     */
    async put(index: number, block: Buffer, inSlot: boolean) {
        const { prefixes, order, slots } = this
        const isNew = index === this.length
        let cell = inSlot ? CHECKPOINT_SLOTS : slots
        if (!isNew && !inSlot) cell = order[index]
        else while (prefixes[cell * PREFIX_BYTES] > 0) cell++
        if (inSlot) await this.store.write(cell, block)
        if (!isNew) this.release(index)
        if (!inSlot) this.memory[cell - slots] = block
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

    private take(index: number, cell: number, block: Buffer) {
        this.prefixes.blitAt(cell * PREFIX_BYTES, block, COUNT_AT, PREFIX_BYTES)
        this.order[index] = cell
        if (index === this.length) this.length++
    }

    private release(index: number) {
        const cell = this.order[index]
        this.prefixes[cell * PREFIX_BYTES] = 0
        if (cell < this.slots) return
        this.free(this.memory[cell - this.slots])
        this.memory[cell - this.slots] = undefined
    }
}
