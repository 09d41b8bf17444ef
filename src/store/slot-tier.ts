import type { BlockTier } from "./block-tier"
import { bootOf, countOf, levelOf, PREFIX_BYTES } from "./codec/block"
import type { SlotStore } from "./slot-store"

/**
 * Sealed blocks that outlive a restart. In an eager store also the block that is being filled.
 *
 * Nothing that counts is ever overwritten: a power cut can spoil the slot that is being written, so the old state
 * stays until the new one is complete. One slot is kept free for that.
 */
export class SlotTier implements BlockTier {
    length = 0
    /** Slots by the age of their blocks. */
    private readonly order: number[] = []
    /** The first bytes of each slot's block: all that is asked of it. A free slot has the count 0. */
    private readonly prefixes: Buffer
    private free: number
    private lastWritten: number
    /** Slot of the block that is being filled; -1 for none. */
    private filling = -1

    /** @param firstSlot the slots before it are not for blocks */
    constructor(
        private readonly store: SlotStore,
        private readonly firstSlot: number,
    ) {
        this.prefixes = Buffer.alloc(store.slots * PREFIX_BYTES)
        this.free = store.slots - firstSlot
        this.lastWritten = store.slots - 1
    }

    /** The block that is being filled needs two slots, for its old state and its new one. */
    isFull(): boolean {
        return this.free <= (this.store.eager && this.filling < 0 ? 2 : 1)
    }

    count(index: number): number {
        return countOf(this.prefixes, this.order[index] * PREFIX_BYTES)
    }

    level(index: number): number {
        return levelOf(this.prefixes, this.order[index] * PREFIX_BYTES)
    }

    boot(index: number): number {
        return bootOf(this.prefixes, this.order[index] * PREFIX_BYTES)
    }

    /** @throws SlotError */
    async read(index: number): Promise<Buffer> {
        return await this.store.read(this.order[index])
    }

    /** @throws SlotError */
    async push(block: Buffer) {
        this.order.push(await this.write(block))
        this.length++
    }

    remove(index: number) {
        this.release(this.order[index])
        this.order.insert(index, -1)
        this.length--
    }

    /** @throws SlotError */
    async merge(index: number, block: Buffer) {
        const slot = await this.write(block)
        this.release(this.order[index])
        this.order[index] = slot
        this.remove(index + 1)
    }

    /**
     * Takes over a block that was found in its slot.
     * @param prefix its first bytes
     */
    adopt(slot: number, prefix: Buffer) {
        this.occupy(slot, prefix)
        this.order.push(slot)
        this.length++
    }

    /**
     * Writes the block that is being filled, as it is now.
     * @throws SlotError the state before is still there
     */
    async fill(block: Buffer) {
        const slot = await this.write(block)
        this.dropFilling()
        this.filling = slot
    }

    /** @returns whether the block that was being filled is now the youngest one here */
    keepFilling(): boolean {
        if (this.filling < 0) return false
        this.order.push(this.filling)
        this.length++
        this.filling = -1
        return true
    }

    dropFilling() {
        if (this.filling >= 0) this.release(this.filling)
        this.filling = -1
    }

    /** In turns, so that all slots wear alike. */
    private async write(block: Buffer): Promise<number> {
        let slot = this.next(this.lastWritten)
        while (countOf(this.prefixes, slot * PREFIX_BYTES) > 0) slot = this.next(slot)
        this.lastWritten = slot
        await this.store.write(slot, block)
        this.occupy(slot, block)
        return slot
    }

    private next(slot: number): number {
        return slot + 1 < this.store.slots ? slot + 1 : this.firstSlot
    }

    private occupy(slot: number, block: Buffer) {
        this.prefixes.blitAt(slot * PREFIX_BYTES, block, 0, PREFIX_BYTES)
        this.free--
    }

    private release(slot: number) {
        this.prefixes.fillAt(slot * PREFIX_BYTES, PREFIX_BYTES, 0)
        this.free++
    }
}
