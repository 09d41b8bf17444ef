import { warn } from "../device/log"
import { type SlotStore, STAGES } from "../device/slot-store"
import { type BlockRow, CHECKPOINT_SLOTS } from "./block-row"
import { BlockError, checkSeal, endOf, headerOf } from "./codec/block"
import { CHECKPOINT_BYTES, type Checkpoint, decodeCheckpoint } from "./codec/checkpoint"
import { CHECKED_BYTES, pace } from "./pace"

/** A boot of the chip with readings left in the store. It may be the current boot. */
export interface EarlierBoot {
    readonly boot: number
    /** Wall time minus monotonic time in ms; `undefined` if the boot never knew it. */
    wallOffset: number | undefined
    /** Monotonic time in ms of the first reading in its last block. */
    at: number
}

/** What earlier runs of the program have left in the store, besides the blocks. */
export interface Recovered {
    readonly boots: EarlierBoot[]
    /** Number of the last boot that wrote anything; -1 for none. Boots that wrote nothing have no number. */
    lastBoot: number
    /** The latest checkpoint; `undefined` if there is none, or if a later boot has written a block. */
    lastCheckpoint: Checkpoint | undefined
    /** Readings of the first block that were already acknowledged. */
    skipped: number
    /** Running number of the next new reading. */
    next: number
    /** Number of the latest checkpoint; 0 if there is none. */
    serial: number
}

/** Initial state of a queue without a store. */
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

/** Bytes of a table entry for a slot: the running numbers of its first reading and of the one after its last. */
const ENTRY_BYTES = 8

/**
 * Scans the slots and adds the blocks with unacknowledged readings to the row.
 *
 * Slots are never erased, so most of them hold outdated data: acknowledged readings, earlier states of a block that was
 * being filled, and blocks that were merged with their neighbors. A block of the last two kinds is covered by the block
 * that replaced it.
 *
 * @param row must be empty
 * @param store the row's own store
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
            // this block was still being filled, so it is the last one
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

/** @returns `undefined` if the slot holds no intact block */
async function wholeBlock(store: SlotStore, slot: number, bytes: number): Promise<Buffer | undefined> {
    const content = await store.read(slot)
    if (content === undefined) return undefined
    const block = content.slice(0, bytes)
    // memory fresh from the factory, or cleared
    const start = block.getAt(0, "u32")
    if (start === 0 || start === 0xffffffff) return undefined
    await pace(bytes / CHECKED_BYTES)
    try {
        checkSeal(block)
        return block
    } catch (e) {
        if (!(e instanceof BlockError)) throw e
        warn("store", "slot " + slot + " holds no intact block")
        return undefined
    }
}

/**
 * Finds the slot with the oldest readings from running number `next` on. If several begin with the same reading, takes the
 * one with the most readings, because it replaced the others.
 * @returns -1 if there is none
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
