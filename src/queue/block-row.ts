import type { SlotStore } from "../device/slot-store"
import { COUNT_AT, PREFIX_BYTES } from "./codec/block"

/** The first slots hold checkpoints, written alternately. */
export const CHECKPOINT_SLOTS = 2

/** Buffers kept for new blocks: enough to merge two neighbors into a third block. */
const MOST_SPARE = 3

/** Fewer blocks than this on the heap are not an outage yet. */
const FEW = 2

/** When all memory for blocks is allocated, room for what the network delivers at once is left free: pieces of this size. */
const LEFT_PIECES = 6
const PIECE_BYTES = 1036

/**
 * Sealed blocks, oldest first: the first ones in slots, the rest on the heap. Heap memory for blocks is only allocated while
 * it is needed, because received network data needs the same room. It is allocated all at once: blocks allocated hours apart
 * would lie among garbage and leave gaps that are too small for anything.
 *
 * A slot with a live block is never overwritten, because a power cut can corrupt the slot being written. The old state stays
 * until the new one is complete, so one slot is always kept free.
 */
export class BlockRow {
    /** Number of blocks. */
    length = 0
    /** How many of the blocks are in slots. */
    inSlots = 0
    /** All memory for blocks is allocated, so there may be no room for a long reply. */
    isCrowded = false
    /** Number of slots in the store; 0 without one. */
    readonly slots: number
    /** The cell of each block, oldest block first. The first cell numbers are the slots, the rest are on the heap. */
    private readonly order: Buffer
    /** For each cell, the prefix of its block: count, level and boot. A cell with count 0 is free. */
    private readonly prefixes: Buffer
    /** Unused buffers for new blocks. */
    private readonly spare: Buffer[] = []
    /** The blocks on the heap, by cell; `undefined` in a free cell. */
    private readonly memory: (Buffer | undefined)[] = []

    /**
     * @param store `undefined` for none; its slots and the blocks on the heap must not exceed 255 in total
     * @param heapBlocks number of blocks that fit on the heap
     * @param blockBytes size of a block
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
     * Returns one byte of a block's prefix.
     * @param at its position in the block, such as {@link COUNT_AT}
     */
    prefix(index: number, at: number): number {
        return this.prefixes[this.order[index] * PREFIX_BYTES + at - COUNT_AT]
    }

    /** Returns a zeroed buffer for a new block. */
    blank(): Buffer {
        const { spare, blockBytes } = this
        const onHeap = this.length - this.inSlots
        if (spare.length === 0 && onHeap >= FEW && !this.isCrowded) {
            this.isCrowded = true
            for (let i = onHeap - LEFT_PIECES; i <= this.heapBlocks + MOST_SPARE; i++)
                spare.push(Buffer.alloc(i < onHeap ? PIECE_BYTES : blockBytes))
            spare.insert(0, -LEFT_PIECES)
        }
        const block = spare.pop() ?? Buffer.alloc(blockBytes)
        block.fillAt(0, blockBytes, 0)
        return block
    }

    /** Takes back the buffer of a block. */
    free(block: Buffer) {
        if (this.isCrowded || this.spare.length < MOST_SPARE) this.spare.push(block)
    }

    /**
     * Returns a block, which must not be changed. A block on the heap is valid only until the row changes.
     * @param into may receive a block from a slot
     * @throws SlotError
     */
    async read(index: number, into?: Buffer): Promise<Buffer | undefined> {
        const { slots } = this
        const cell = this.order[index]
        if (cell < slots) return await (this.store as SlotStore).read(cell, into)
        return this.memory[cell - slots]
    }

    /** Whether another block can go into a slot and leave one slot free. */
    hasFreeSlot(): boolean {
        return this.slots - this.inSlots > CHECKPOINT_SLOTS + 1
    }

    /** Adds a block at the end, on the heap, which must have room. The block must not be changed afterwards. */
    append(block: Buffer) {
        const cell = this.freeCell(this.slots)
        this.memory[cell - this.slots] = block
        this.take(this.length, cell, block)
        this.length++
    }

    /** Adds a block that is in a slot already. If that would leave no slot free, moves the block to the heap instead. */
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
     * Moves the oldest block on the heap into a slot.
     * @throws SlotError the block is still on the heap
     */
    async spill() {
        const { inSlots, slots } = this
        const cell = this.freeCell(CHECKPOINT_SLOTS)
        const block = this.memory[this.order[inSlots] - slots] as Buffer
        await (this.store as SlotStore).write(cell, block)
        this.release(inSlots)
        this.take(inSlots, cell, block)
        this.inSlots++
        this.relax()
    }

    /**
     * Replaces two neighbors, both in slots or both on the heap, with one block.
     * @param index of the first one
     * @throws SlotError both are still there
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
        this.relax()
    }

    /** Gives back the memory for blocks when none is left on the heap. */
    private relax() {
        if (this.length > this.inSlots) return
        this.isCrowded = false
        while (this.spare.length > MOST_SPARE) this.spare.pop()
    }

    /** Returns the first free cell from `cell` on. */
    private freeCell(cell: number): number {
        while (this.prefixes[cell * PREFIX_BYTES] > 0) cell++
        return cell
    }

    private take(index: number, cell: number, block: Buffer) {
        this.prefixes.blitAt(cell * PREFIX_BYTES, block, COUNT_AT, PREFIX_BYTES)
        this.order[index] = cell
    }

    private release(index: number) {
        const { slots, memory } = this
        const cell = this.order[index]
        this.prefixes[cell * PREFIX_BYTES] = 0
        if (cell < slots) return
        this.free(memory[cell - slots] as Buffer)
        memory[cell - slots] = undefined
    }
}
