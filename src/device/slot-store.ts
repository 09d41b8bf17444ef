/**
 * Memory that outlives a restart of the program: slots of the same size, each written as a whole. Reading and writing
 * let other fibers run.
 */
export interface SlotStore {
    /** What the log calls it. */
    readonly name: string
    readonly slots: number
    /** Bytes in a slot. */
    readonly size: number
    /**
     * Writing costs neither wear nor risk, so that every reading can be written at once. Otherwise the store is only
     * written to while the server does not answer, a block at a time.
     */
    readonly eager: boolean

    /**
     * What was written last, perhaps with more bytes behind it. After a power cut the slot that was being written may
     * hold anything.
     * @param into of `size` bytes, which may be used for it
     * @returns `undefined` for a slot that was never written
     * @throws SlotError
     */
    read(slot: number, into?: Buffer): Promise<Buffer | undefined>

    /**
     * Replaces what the slot holds. When it returns, the data was read back.
     * @param data `size` bytes or fewer
     * @throws SlotError
     */
    write(slot: number, data: Buffer): Promise<void>
}

/** A store whose {@link SlotStore.eager} is set. */
export interface EagerStore extends SlotStore {
    /**
     * Keeps the block that is being filled, until it is given the next time, in {@link STAGES} slots behind the others, in
     * turn.
     * @throws SlotError the state before is still there
     */
    stage(block: Buffer): Promise<void>
}

/** Slots that an eager store has behind the others. */
export const STAGES = 2

/** A slot could not be read or written. */
export class SlotError extends Error {
    /**
     * @param store name of the store
     * @param cause what happened, in words
     */
    constructor(
        readonly store: string,
        readonly slot: number,
        readonly cause: string,
    ) {
        super(store + ", slot " + slot + ": " + cause)
    }
}

/**
 * Looks whether a slot holds what was just written to it.
 * @throws SlotError
 */
export async function verify(store: SlotStore, slot: number, data: Buffer) {
    mustHold(await store.read(slot), store, slot, data)
}

/** @throws SlotError unless the content of a slot begins with what was written to it */
export function mustHold(content: Buffer | undefined, store: SlotStore, slot: number, data: Buffer) {
    let same = 0
    if (content) while (same < data.length && content[same] === data[same]) same++
    if (same < data.length) throw new SlotError(store.name, slot, "it does not keep what is written to it")
}
