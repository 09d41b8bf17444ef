/** Sealed blocks, oldest first. */
export interface BlockTier {
    /** Blocks in it. */
    readonly length: number

    /** Whether there is no room for one more. */
    isFull(): boolean

    /** Number of readings in a block. */
    count(index: number): number

    /** How often a block was thinned. */
    level(index: number): number

    /** Boot that wrote a block. */
    boot(index: number): number

    /** A copy of a block. */
    read(index: number): Promise<Buffer>

    /** Appends a block; there must be room. */
    push(block: Buffer): Promise<void>

    remove(index: number): void

    /** Puts one block into the place of two, `index` and the next. */
    merge(index: number, block: Buffer): Promise<void>
}
