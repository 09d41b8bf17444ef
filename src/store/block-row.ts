import { bootOf, countOf, levelOf, PREFIX_BYTES } from "./codec/block"
import type { SlotStore } from "./slot-store"

/** The first slots hold checkpoints, in turn. */
export const CHECKPOINT_SLOTS = 2

/** No cell. */
const NONE = -1

/**
 * Sealed blocks, oldest first: a first part of them in slots, the rest on the heap, in one buffer that is allocated once.
 * The block that is being filled may be in a slot, too, as it was when it was last written.
 *
 * A slot that counts is never written: a power cut can spoil the slot that is being written, so the old state stays until
 * the new one is complete. Therefore a slot or two are kept free.
 */
export class BlockRow {
    /** Blocks. */
    length = 0
    /** Those of them that are in slots. */
    inSlots = 0
    /** Cells of the blocks by their age: the slots have the first numbers, those on the heap come behind. */
    private readonly order: Buffer
    /** For each slot the first bytes of what it holds, then the blocks on the heap; a cell with count 0 is free. */
    private readonly memory: Buffer
    private readonly slots: number
    private freeSlots = 0
    /** Slot of the block that is being filled. */
    private filling = NONE
    /** Every reading is to be written at once. */
    eager = false

    /**
     * @param store `undefined` for none; together with the heap it may have 255 blocks
     * @param heapBlocks that fit on the heap
     * @param blockBytes in each block
     */
    constructor(
        public store: SlotStore,
        private readonly heapBlocks: number,
        readonly blockBytes: number,
    ) {
        this.slots = store ? store.slots : 0
        if (store) this.eager = store.eager
        this.freeSlots = this.slots - CHECKPOINT_SLOTS
        this.order = Buffer.alloc(this.slots + heapBlocks)
        this.memory = Buffer.alloc(this.place(this.slots + heapBlocks))
    }

    hasStore(): boolean {
        return this.store !== undefined
    }

    /** Does without slots from now on. */
    loseStore() {
        while (this.length > 0) this.remove(0)
        this.store = undefined
        this.freeSlots = 0
        this.eager = false
    }

    count(index: number): number {
        return countOf(this.memory, this.place(this.order[index]))
    }

    level(index: number): number {
        return levelOf(this.memory, this.place(this.order[index]))
    }

    boot(index: number): number {
        return bootOf(this.memory, this.place(this.order[index]))
    }

    isHeapFull(): boolean {
        return this.length - this.inSlots === this.heapBlocks
    }

    /** Whether a slot can be taken for good. The block that is being filled needs two, for its old state and its new one. */
    hasFreeSlot(): boolean {
        const kept = this.eager && this.filling === NONE ? 2 : 1
        return this.freeSlots > kept
    }

    /**
     * A copy of a block.
     * @throws SlotError
     */
    async read(index: number): Promise<Buffer> {
        const cell = this.order[index]
        if (cell < this.slots) return await this.store.read(cell)
        const start = this.place(cell)
        return this.memory.slice(start, start + this.blockBytes)
    }

    /** Adds a block on the heap, where there must be room. */
    async push(block: Buffer) {
        this.append(await this.write(block, false))
    }

    /** Adds a block that is in a slot already. */
    adopt(slot: number, block: Buffer) {
        this.occupy(slot, block)
        this.inSlots++
        this.append(slot)
    }

    remove(index: number) {
        this.release(this.order[index])
        this.length--
        this.order.blitAt(index, this.order, index + 1, this.length - index)
        if (index < this.inSlots) this.inSlots--
    }

    /**
     * Puts a block into the place of another.
     * @throws SlotError the other is still there
     */
    async replace(index: number, block: Buffer, inSlot: boolean) {
        const before = this.order[index]
        if (!inSlot) this.release(before)
        const cell = await this.write(block, inSlot)
        if (inSlot) this.release(before)
        this.order[index] = cell
    }

    /**
     * Moves the oldest block on the heap to a slot.
     * @throws SlotError
     */
    async moveToSlot() {
        await this.replace(this.inSlots, await this.read(this.inSlots), true)
        this.inSlots++
    }

    /**
     * Writes the block that is being filled to a slot.
     * @throws SlotError the state before is still there
     */
    async fill(block: Buffer) {
        const slot = await this.write(block, true)
        this.dropFilling()
        this.filling = slot
    }

    /** The block that was being filled stays in its slot; there must be none on the heap. */
    keepFilling() {
        this.inSlots++
        this.append(this.filling)
        this.filling = NONE
    }

    dropFilling() {
        if (this.filling !== NONE) this.release(this.filling)
        this.filling = NONE
    }

    /** Where the bytes of a cell begin in the memory. */
    private place(cell: number): number {
        const { slots } = this
        if (cell < slots) return cell * PREFIX_BYTES
        return slots * PREFIX_BYTES + (cell - slots) * this.blockBytes
    }

    private append(cell: number) {
        this.order[this.length] = cell
        this.length++
    }

    /** @returns the cell that it was written to */
    private async write(block: Buffer, inSlot: boolean): Promise<number> {
        let cell = inSlot ? CHECKPOINT_SLOTS : this.slots
        while (countOf(this.memory, this.place(cell)) > 0) cell++
        if (inSlot) await this.store.write(cell, block)
        this.occupy(cell, block)
        return cell
    }

    private occupy(cell: number, block: Buffer) {
        const isSlot = cell < this.slots
        this.memory.blitAt(this.place(cell), block, 0, isSlot ? PREFIX_BYTES : this.blockBytes)
        if (isSlot) this.freeSlots--
    }

    private release(cell: number) {
        this.memory.fillAt(this.place(cell), PREFIX_BYTES, 0)
        if (cell < this.slots) this.freeSlots++
    }
}
