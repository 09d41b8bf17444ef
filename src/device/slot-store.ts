/**
 * Memory that survives a restart of the program: slots of the same size, each written as a whole. Other fibers run during
 * reads and writes.
 */
export interface SlotStore {
    /** Name in the log. */
    readonly name: string
    readonly slots: number
    /** Bytes in a slot. */
    readonly size: number
    /**
     * Whether writing is free of wear and risk, so that every reading can be written at once. Any other store is only
     * written while the server does not answer, a block at a time.
     */
    readonly eager: boolean

    /**
     * Reads what was written last; more bytes may follow it. After a power cut the slot that was being written can
     * hold anything.
     * @param into buffer of `size` bytes that may hold the result
     * @returns `undefined` for a slot that was never written
     * @throws SlotError
     */
    read(slot: number, into?: Buffer): Promise<Buffer | undefined>

    /**
     * Replaces the content of the slot, and verifies it by reading it back.
     * @param data `size` bytes or fewer
     * @throws SlotError
     */
    write(slot: number, data: Buffer): Promise<void>
}

/** A store whose {@link SlotStore.eager} is set. */
export interface EagerStore extends SlotStore {
    /**
     * Stores the block that is being filled, until the next call replaces it. Uses the {@link STAGES} slots behind the
     * others in turn.
     * @throws SlotError the previous state is still there
     */
    stage(block: Buffer): Promise<void>
}

/** Extra slots of an eager store, behind the others. */
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
 * Checks that a slot holds what was just written to it.
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
