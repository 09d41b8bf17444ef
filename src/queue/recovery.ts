import { warn } from "../device/log"
import { type SlotStore, STAGES } from "../device/slot-store"
import { type BlockRow, CHECKPOINT_SLOTS } from "./block-row"
import { BlockError, checkSeal, endOf, headerOf } from "./codec/block"
import { CHECKPOINT_BYTES, type Checkpoint, decodeCheckpoint } from "./codec/checkpoint"
import { CHECKED_BYTES, pace } from "./pace"

/** An earlier boot of the chip of which readings are left. */
export interface EarlierBoot {
    readonly boot: number
    /** Wall time minus monotonic time in ms, where the boot ever knew it; else `undefined`. */
    wallOffset: number | undefined
    /** Monotonic time in ms of the first reading in its last block. */
    at: number
}

/** What earlier runs of the program have left, besides the blocks. */
export interface Recovered {
    readonly boots: EarlierBoot[]
    /** Number of the last boot that wrote anything; -1 for none. Boots that wrote nothing have no number. */
    lastBoot: number
    /** The latest checkpoint, unless something was written after it; `undefined` for none. */
    lastCheckpoint: Checkpoint | undefined
    /** Readings of the first block that were acknowledged. */
    skipped: number
    /** Running number of the next reading to come. */
    next: number
    /** Counts the checkpoints. */
    serial: number
}

/** What a queue begins with that has no store. */
export function nothing(): Recovered {
    return {
        boots: [],
        lastBoot: -1,
        lastCheckpoint: undefined,
        skipped: 0,
        next: 0,
        serial: 0,
    }
}

/** Where it is noted what a slot holds: running numbers of its first reading, and behind its last. */
const ENTRY_BYTES = 8

/**
 * Takes stock of the slots, and puts the blocks with readings that were not acknowledged into the row.
 *
 * Slots are never emptied, so most hold what is done with: readings that were acknowledged, earlier states of a block
 * that was being filled, and blocks that were made into one with their neighbours. The last two are covered by the block
 * that took their place.
 *
 * @param row empty
 * @param store its own
 * @throws SlotError
 */
export async function recover(row: BlockRow, store: SlotStore): Promise<Recovered> {
    const { blockBytes } = row
    const it = nothing()
    const slots = store.slots + (store.eager ? STAGES : 0)
    const table = Buffer.alloc(slots * ENTRY_BYTES)
    let checkpoint: Checkpoint | undefined
    for (let slot = 0; slot < slots; slot++) {
        const isCheckpoint = slot < CHECKPOINT_SLOTS
        const block = await wholeBlock(store, slot, isCheckpoint ? CHECKPOINT_BYTES : blockBytes)
        if (!block) continue
        const entry = slot * ENTRY_BYTES
        if (isCheckpoint) {
            const found = decodeCheckpoint(block)
            if (!checkpoint || found.serial > checkpoint.serial) checkpoint = found
        } else {
            table.setAt(entry, "u32", headerOf(block).first)
            table.setAt(entry + 4, "u32", endOf(block))
        }
    }
    if (checkpoint) {
        it.serial = checkpoint.serial
        it.next = checkpoint.first
        it.lastBoot = checkpoint.boot
        it.lastCheckpoint = checkpoint
    }
    let last: EarlierBoot | undefined
    for (;;) {
        const slot = oldest(table, it.next)
        if (slot < 0) return it
        const block = (await store.read(slot)) as Buffer
        const { first, boot, at, wallOffset } = headerOf(block)
        if (row.length === 0) it.skipped = Math.max(it.next - first, 0)
        it.next = endOf(block)
        if (slot < store.slots) row.adopt(slot, block)
        else {
            // the block that was being filled; it is the last one
            row.append(block)
            if (row.hasFreeSlot()) await row.spill()
        }
        if (last?.boot !== boot) {
            last = { boot, wallOffset: boot === checkpoint?.boot ? checkpoint.wallOffset : undefined, at }
            it.boots.push(last)
        }
        // the longer a boot runs, the better it knows the time
        last.wallOffset = wallOffset ?? last.wallOffset
        last.at = at
        if (boot === it.lastBoot) continue
        if (it.lastBoot >= 0 && ((boot - it.lastBoot) & 0xff) >= 0x80) continue
        it.lastBoot = boot
        it.lastCheckpoint = undefined
    }
}

/** @returns `undefined` when there is none */
async function wholeBlock(store: SlotStore, slot: number, bytes: number): Promise<Buffer | undefined> {
    const content = await store.read(slot)
    if (content === undefined) return undefined
    const block = content.slice(0, bytes)
    // memory as it comes from the factory, or was cleared
    const start = block.getAt(0, "u32")
    if (start === 0 || start === 0xffffffff) return undefined
    await pace(bytes / CHECKED_BYTES)
    try {
        checkSeal(block)
        return block
    } catch (e) {
        if (!(e instanceof BlockError)) throw e
        warn("store", "slot " + slot + " holds no whole block")
        return undefined
    }
}

/**
 * The slot with the oldest readings from a running number on; of those that begin alike the one with the most, which took
 * the others' place.
 * @returns -1 when there is none
 */
function oldest(table: Buffer, next: number): number {
    let best = -1
    let bestFirst = 0
    let bestEnd = 0
    for (let i = 0; i < table.length; i = i + ENTRY_BYTES) {
        const first = table.getAt(i, "u32")
        const end = table.getAt(i + 4, "u32")
        if (end <= next || (best >= 0 && (first > bestFirst || (first === bestFirst && end <= bestEnd))))
            continue
        best = i / ENTRY_BYTES
        bestFirst = first
        bestEnd = end
    }
    return best
}
