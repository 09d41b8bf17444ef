import { type BlockRow, CHECKPOINT_SLOTS } from "./block-row"
import type { EarlierBoot } from "./boots"
import { BlockError, checkSeal, countOf, endOf, headerOf } from "./codec/block"
import { BlockCoder } from "./codec/coder"
import type { MeterLayout } from "./codec/layout"
import { pace, paceChecksum } from "./pace"
import type { SlotStore } from "./slot-store"

/**
 * A checkpoint is a block without readings. Its running number is that of the first reading that was not acknowledged, its
 * time that of a planned end of the program, else 0, and its period counts the checkpoints.
 */
export const CHECKPOINT_BYTES = 32

/** What earlier runs of the program have left, besides the blocks. */
export interface Inheritance {
    readonly boots: EarlierBoot[]
    /** Number of the last boot that wrote anything; -1 for none. */
    lastBoot: number
    /** Readings of the first block that were acknowledged. */
    skipped: number
    /** Running number of the next reading to come. */
    next: number
    /** Counts the checkpoints. */
    serial: number
    /** Slots with something in them that is no whole block. */
    damagedSlots: number
}

/** The inheritance of a queue that has no store. */
export const NOTHING: Inheritance = {
    boots: [],
    lastBoot: -1,
    skipped: 0,
    next: 0,
    serial: 0,
    damagedSlots: 0,
}

/** Where it is noted what a slot holds: running numbers of its first reading, and behind its last; the level. */
const ENTRY_BYTES = 9

/**
 * Takes stock of the slots, and puts the blocks with readings that were not acknowledged into the row.
 *
 * Slots are never emptied, so most hold what is done with: readings that were acknowledged, earlier states of a block
 * that was being filled, and blocks that were made into one with their neighbours. The last two are covered by the block
 * that took their place.
 *
 * @param row empty
 * @throws SlotError
 */
export async function inherit(row: BlockRow, layouts: MeterLayout[]): Promise<Inheritance> {
    const { store, blockBytes } = row
    const it: Inheritance = { boots: [], lastBoot: -1, skipped: 0, next: 0, serial: 0, damagedSlots: 0 }
    const table = Buffer.alloc(store.slots * ENTRY_BYTES)
    let endedAt = 0
    let wallOffset: number
    for (let slot = 0; slot < store.slots; slot++) {
        const isCheckpoint = slot < CHECKPOINT_SLOTS
        const block = await wholeBlock(store, slot, isCheckpoint ? CHECKPOINT_BYTES : blockBytes, it)
        if (!block) continue
        const header = headerOf(block)
        if (!isCheckpoint) {
            table.setAt(slot * ENTRY_BYTES, "u32", header.first)
            table.setAt(slot * ENTRY_BYTES + 4, "u32", endOf(block))
            table[slot * ENTRY_BYTES + 8] = header.level
        } else if (header.period > it.serial) {
            it.serial = header.period
            it.next = header.first
            it.lastBoot = header.boot
            endedAt = header.at
            wallOffset = header.wallOffset
        }
    }
    let boot: EarlierBoot
    const ended = it.lastBoot
    for (;;) {
        const slot = oldest(table, it.next)
        if (slot < 0) break
        const block = await store.read(slot)
        const header = headerOf(block)
        if (row.length === 0) it.skipped = Math.max(it.next - header.first, 0)
        it.next = endOf(block)
        row.adopt(slot, block)
        if (boot?.boot !== header.boot) {
            const isEnded = header.boot === ended
            boot = {
                boot: header.boot,
                wallOffset: isEnded ? wallOffset : undefined,
                lastAt: 0,
                endedAt: isEnded ? endedAt : 0,
            }
            it.boots.push(boot)
        }
        // the longer a boot runs, the better it knows the time
        boot.wallOffset = header.wallOffset ?? boot.wallOffset
        boot.lastAt = header.at
        // boots that wrote nothing have no number
        if (it.lastBoot < 0 || ((boot.boot - it.lastBoot) & 0xff) < 0x80) it.lastBoot = boot.boot
    }
    for (const each of it.boots) await findEnd(row, layouts, each)
    return it
}

/** @returns `undefined` when there is none */
async function wholeBlock(store: SlotStore, slot: number, bytes: number, it: Inheritance): Promise<Buffer> {
    const content = await store.read(slot)
    if (content === undefined) return undefined
    const block = content.slice(0, bytes)
    // memory as it comes from the factory, or was cleared
    const start = block.getAt(0, "u32")
    if (start === 0 || start === 0xffffffff) return undefined
    await paceChecksum(bytes)
    try {
        checkSeal(block)
        headerOf(block)
        return block
    } catch (e) {
        if (!(e instanceof BlockError)) throw e
        it.damagedSlots++
        return undefined
    }
}

/**
 * The slot with the oldest readings from a running number on; of those that begin alike the one that took the others'
 * place.
 * @returns -1 when there is none
 */
function oldest(table: Buffer, next: number): number {
    let best = -1
    let bestFirst = 0
    let bestEnd = 0
    let bestLevel = 0
    for (let slot = 0; slot * ENTRY_BYTES < table.length; slot++) {
        const entry = slot * ENTRY_BYTES
        const first = table.getAt(entry, "u32")
        const end = table.getAt(entry + 4, "u32")
        const level = table[entry + 8]
        if (end <= next) continue
        let isBefore = best < 0 || first < bestFirst
        if (first === bestFirst) isBefore = end > bestEnd || (end === bestEnd && level > bestLevel)
        if (!isBefore) continue
        best = slot
        bestFirst = first
        bestEnd = end
        bestLevel = level
    }
    return best
}

/** Finds the time of a boot's last reading, as far as it can be read. */
async function findEnd(row: BlockRow, layouts: MeterLayout[], boot: EarlierBoot) {
    let last = 0
    for (let i = 0; i < row.length; i++) if (row.boot(i) === boot.boot) last = i
    const block = await row.read(last)
    try {
        const coder = new BlockCoder(layouts, block)
        while (coder.count < countOf(block)) {
            const { at, values } = coder.next()
            boot.lastAt = at
            await pace(values.length)
        }
    } catch (e) {
        if (!(e instanceof BlockError)) throw e
    }
}
