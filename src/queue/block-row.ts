import type { SlotStore } from "../device/slot-store"
import { COUNT_AT, PREFIX_BYTES } from "./codec/block"

/** The first slots hold checkpoints, in turn. */
export const CHECKPOINT_SLOTS = 2

/** Buffers that are kept for new blocks: those of two neighbours that become one, and that one's. */
const MOST_SPARE = 3

/** So many blocks on the heap are no outage yet. */
const FEW = 2

/** Left in one piece when all memory for blocks is taken, in bytes: for what the network hands over at once. */
const LEFT_BYTES = 6240

/**
 * Sealed blocks, oldest first: a first part of them in slots, the rest on the heap. Memory for them is only taken while
 * it is needed, because what the network hands over needs the same room. It is taken all at once: one after the other, hours
 * apart, the blocks would lie among garbage, and leave gaps that are too small for anything.
 *
 * A slot that counts is never written: a power cut can spoil the slot that is being written, so the old state stays until
 * the new one is complete. Therefore a slot is kept free.
 */
export class BlockRow {
    /** Blocks. */
    length = 0
    /** Those of them that are in slots. */
    inSlots = 0
    /** All memory for blocks is taken, and there may be no room for a long answer. */
    isCrowded = false
    /** Those of the store. */
    readonly slots: number
    /** Cells of the blocks by their age: the slots have the first numbers, those on the heap come behind. */
    private readonly order: Buffer
    /** For each cell the first of its block's bytes, which tell what it holds; a cell with count 0 is free. */
    private readonly prefixes: Buffer
    /** Memory of blocks that are gone, for others. */
    private readonly spare: Buffer[] = []
    /** The blocks on the heap, by their cell; `undefined` where there is none. */
    private readonly memory: (Buffer | undefined)[] = []

    /**
     * @param store `undefined` for none; together with the heap it may have 255 blocks
     * @param heapBlocks that fit on the heap
     * @param blockBytes in each block
     */
    constructor(
        readonly store: SlotStore | undefined,
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
        const { spare } = this
        if (spare.length === 0) {
            const onHeap = this.length - this.inSlots
            if (onHeap < FEW || this.isCrowded) return Buffer.alloc(this.blockBytes)
            this.takeAll(this.heapBlocks + 1 + MOST_SPARE - onHeap)
        }
        const block = spare.pop() as Buffer
        block.fillAt(0, block.length, 0)
        return block
    }

    /** Gives back the memory of a block. */
    free(block: Buffer) {
        if (this.isCrowded || this.spare.length < MOST_SPARE) this.spare.push(block)
    }

    private takeAll(blocks: number) {
        const { spare } = this
        this.isCrowded = true
        spare.push(Buffer.alloc(Math.min(LEFT_BYTES, blocks * this.blockBytes)))
        for (let i = 0; i < blocks; i++) spare.push(Buffer.alloc(this.blockBytes))
        spare.shift()
    }

    /**
     * A block, not to be changed. One on the heap may be gone as soon as the row is changed.
     * @param into where one from a slot may go
     * @throws SlotError
     */
    async read(index: number, into?: Buffer): Promise<Buffer | undefined> {
        const { slots } = this
        const cell = this.order[index]
        if (cell < slots) return await (this.store as SlotStore).read(cell, into)
        return this.memory[cell - slots]
    }

    /** Whether another block can go into slots, and leave one free. */
    hasFreeSlot(): boolean {
        return this.slots - this.inSlots > CHECKPOINT_SLOTS + 1
    }

    /** Adds a block behind the others, on the heap, where there must be room. It is not changed any more. */
    append(block: Buffer) {
        const cell = this.freeCell(this.slots)
        this.memory[cell - this.slots] = block
        this.take(this.length, cell, block)
        this.length++
    }

    /** Adds a block that is in a slot already. Where none would be left free, it waits on the heap, and the slot is free. */
    adopt(slot: number, block: Buffer) {
        if (!this.hasFreeSlot()) {
            this.append(block)
            return
        }
        this.take(this.length, slot, block)
        this.length++
        this.inSlots++
    }

    /**
     * Moves the first block of those on the heap into a slot.
     * @throws SlotError it is on the heap still
     */
    async spill() {
        const { inSlots, slots } = this
        const cell = this.freeCell(CHECKPOINT_SLOTS)
        const block = this.memory[this.order[inSlots] - slots] as Buffer
        await (this.store as SlotStore).write(cell, block)
        this.release(inSlots)
        this.take(inSlots, cell, block)
        this.inSlots++
    }

    /**
     * Puts a block into the place of two neighbours, both in slots or both on the heap.
     * @param index of the first
     * @throws SlotError they are there still
     */
    async replace(index: number, block: Buffer) {
        const { slots } = this
        let cell = this.order[index]
        if (cell < slots) {
            cell = this.freeCell(CHECKPOINT_SLOTS)
            await (this.store as SlotStore).write(cell, block)
        }
        this.release(index)
        if (cell >= slots) this.memory[cell - slots] = block
        this.take(index, cell, block)
        this.remove(index + 1)
    }

    remove(index: number) {
        this.release(index)
        this.length--
        if (index < this.inSlots) this.inSlots--
        this.order.blitAt(index, this.order, index + 1, this.length - index)
        if (!this.isCrowded || this.length > this.inSlots) return
        this.isCrowded = false
        while (this.spare.length > MOST_SPARE) this.spare.pop()
    }

    /** The first cell that holds nothing that counts, from one on. */
    private freeCell(cell: number): number {
        while (this.prefixes[cell * PREFIX_BYTES] > 0) cell++
        return cell
    }

    private take(index: number, cell: number, block: Buffer) {
        this.prefixes.blitAt(cell * PREFIX_BYTES, block, COUNT_AT, PREFIX_BYTES)
        this.order[index] = cell
    }

    private release(index: number) {
        const cell = this.order[index]
        this.prefixes[cell * PREFIX_BYTES] = 0
        if (cell < this.slots) return
        this.free(this.memory[cell - this.slots] as Buffer)
        this.memory[cell - this.slots] = undefined
    }
}
