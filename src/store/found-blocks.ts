import {
    checkSeal,
    DamagedBlock,
    endOf,
    headerOf,
    levelOf,
    PREFIX_BYTES,
    UnknownBlockVersion,
} from "./codec/block"
import type { SlotStore } from "./slot-store"

/** A block that was found in its slot. */
export interface FoundBlock {
    readonly slot: number
    /** Its first bytes. */
    readonly prefix: Buffer
    /** Running numbers of its first reading, and behind its last. */
    readonly first: number
    readonly end: number
    /** Monotonic time of its first reading in ms. */
    readonly at: number
    readonly wallOffset: number
}

/** What the slots hold after a restart. */
export interface Found {
    /** Blocks with readings that were not acknowledged, oldest first. */
    readonly blocks: FoundBlock[]
    /** Slots with something else than a whole block. */
    readonly damaged: number
}

/**
 * Looks for blocks in all slots from `firstSlot` on.
 *
 * Slots are never emptied, so most hold what is done with: readings that were acknowledged, earlier states of a block
 * that was being filled, and blocks that were put together with their neighbours. The last two are covered by the
 * block that took their place.
 *
 * @param acknowledged running number of the first reading that was not acknowledged
 * @throws SlotError
 */
export async function findBlocks(store: SlotStore, firstSlot: number, acknowledged: number): Promise<Found> {
    let found: FoundBlock[] = []
    let damaged = 0
    for (let slot = firstSlot; slot < store.slots; slot++) {
        const block = await store.read(slot)
        if (block === undefined || isBlank(block)) continue
        try {
            checkSeal(block)
            const { first, at, wallOffset } = headerOf(block)
            const it = {
                slot,
                prefix: block.slice(0, PREFIX_BYTES),
                first,
                end: endOf(block),
                at,
                wallOffset,
            }
            if (it.end > acknowledged) found = insert(found, it)
        } catch (e) {
            if (!(e instanceof DamagedBlock || e instanceof UnknownBlockVersion)) throw e
            damaged++
        }
    }
    return { blocks: found, damaged }
}

/** Memory as it leaves the factory, or as it is after it was cleared. */
function isBlank(block: Buffer): boolean {
    const byte = block[0]
    if (byte !== 0 && byte !== 0xff) return false
    for (let i = 0; i < PREFIX_BYTES; i++) if (block[i] !== byte) return false
    return true
}

/** Keeps the blocks in order, without those that another one covers. */
function insert(blocks: FoundBlock[], it: FoundBlock): FoundBlock[] {
    if (blocks.some(other => covers(other, it))) return blocks
    const rest = blocks.filter(other => !covers(it, other))
    const index = rest.findIndex(other => other.first > it.first)
    rest.insert(index < 0 ? rest.length : index, 1)
    rest[index < 0 ? rest.length - 1 : index] = it
    return rest
}

/** Whether a block took the place of another. Of two copies one is as good as the other. */
function covers(younger: FoundBlock, older: FoundBlock): boolean {
    if (younger.first > older.first || younger.end < older.end) return false
    const isSameRange = younger.first === older.first && younger.end === older.end
    return !isSameRange || levelOf(younger.prefix) >= levelOf(older.prefix)
}
