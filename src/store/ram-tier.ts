import type { BlockTier } from "./block-tier"
import { bootOf, countOf, levelOf } from "./codec/block"

/** Sealed blocks on the heap, in one buffer that is allocated once. */
export class RamTier implements BlockTier {
    length = 0
    private readonly buffer: Buffer

    /**
     * @param capacity in blocks
     * @param size bytes in a block
     */
    constructor(
        readonly capacity: number,
        private readonly size: number,
    ) {
        this.buffer = Buffer.alloc(capacity * size)
    }

    isFull(): boolean {
        return this.length === this.capacity
    }

    count(index: number): number {
        return countOf(this.buffer, index * this.size)
    }

    level(index: number): number {
        return levelOf(this.buffer, index * this.size)
    }

    boot(index: number): number {
        return bootOf(this.buffer, index * this.size)
    }

    async read(index: number): Promise<Buffer> {
        return this.buffer.slice(index * this.size, (index + 1) * this.size)
    }

    async push(block: Buffer) {
        this.put(this.length, block)
        this.length++
    }

    async merge(index: number, block: Buffer) {
        this.put(index, block)
        this.remove(index + 1)
    }

    private put(index: number, block: Buffer) {
        this.buffer.blitAt(index * this.size, block, 0, this.size)
    }

    remove(index: number) {
        const { buffer, size } = this
        this.length--
        buffer.blitAt(index * size, buffer, (index + 1) * size, (this.length - index) * size)
    }
}
