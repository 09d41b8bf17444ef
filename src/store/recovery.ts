import type { EarlierBoot } from "./boots"
import { CHECKPOINT_SLOTS, type Checkpoint, readCheckpoint } from "./checkpoint"
import { BlockError, bootOf, checkSeal, countOf, endOf, headerOf, levelOf, PREFIX_BYTES } from "./codec/block"
import type { MeterLayouts } from "./codec/coder"
import { BlockDecoder } from "./codec/decoder"
import { pace, paceChecksum } from "./pace"
import type { SlotStore } from "./slot-store"

/** A block that was found in a slot. */
export interface FoundBlock {
    readonly slot: number
    readonly prefix: Buffer
    /** Running numbers of its first reading, and behind its last. */
    readonly first: number
    readonly end: number
    /** Monotonic time of its first reading in ms. */
    readonly at: number
    readonly wallOffset: number
}

/** What earlier runs of the program have left. */
export interface Inheritance {
    /** Those with readings that were not acknowledged, oldest first. */
    readonly blocks: FoundBlock[]
    /** Their boots. */
    readonly boots: EarlierBoot[]
    /** Number of the last boot that wrote anything. */
    readonly lastBoot: number
    /** Running numbers of the first reading that is left, and of the next one to come. */
    readonly first: number
    readonly next: number
    /** Serial number of the last checkpoint. */
    readonly serial: number
    /** Slots with something in them that is no whole block. */
    readonly damagedSlots: number
}

/** The inheritance of a queue that has no store. */
export const NOTHING: Inheritance = {
    blocks: [],
    boots: [],
    lastBoot: -1,
    first: 0,
    next: 0,
    serial: 0,
    damagedSlots: 0,
}

/**
 * Takes stock of the slots.
 *
 * Slots are never emptied, so most hold what is done with: readings that were acknowledged, earlier states of a block
 * that was being filled, and blocks that were made into one with their neighbours. The last two are covered by the block
 * that took their place.
 *
 * @throws SlotError
 */
export async function inherit(store: SlotStore, layouts: MeterLayouts): Promise<Inheritance> {
    const checkpoint = await readCheckpoint(store)
    const found: FoundBlock[] = []
    let damagedSlots = 0
    for (let slot = CHECKPOINT_SLOTS; slot < store.slots; slot++) {
        const block = await store.read(slot)
        if (block === undefined || isBlank(block)) continue
        try {
            await paceChecksum(block.length)
            checkSeal(block)
            const { first, at, wallOffset } = headerOf(block)
            const prefix = block.slice(0, PREFIX_BYTES)
            insert(found, { slot, prefix, first, end: endOf(block), at, wallOffset })
        } catch (e) {
            if (!(e instanceof BlockError)) throw e
            damagedSlots++
        }
    }
    const acknowledged = checkpoint ? checkpoint.acknowledged : 0
    const serial = checkpoint ? checkpoint.serial : 0
    const blocks: FoundBlock[] = []
    const boots: EarlierBoot[] = []
    let next = acknowledged
    for (const it of found) {
        if (it.end <= next) continue
        next = it.end
        blocks.push(it)
        addBoot(boots, it, checkpoint)
    }
    for (const boot of boots) boot.lastAt = await lastAt(await store.read(boot.lastSlot), layouts)
    const first = blocks.length > 0 ? Math.max(blocks[0].first, acknowledged) : next
    return { blocks, boots, lastBoot: lastBoot(boots, checkpoint), first, next, serial, damagedSlots }
}

/** Memory as it comes from the factory, or was cleared. */
function isBlank(block: Buffer): boolean {
    const start = block.slice(0, 4).toString("hex")
    return start === "00000000" || start === "ffffffff"
}

/** Keeps the blocks in order; of those that begin alike the one comes first that took the others' place. */
function insert(found: FoundBlock[], it: FoundBlock) {
    let index = found.length
    while (index > 0 && comesBefore(it, found[index - 1])) index--
    found.insert(index, 1)
    found[index] = it
}

function comesBefore(a: FoundBlock, b: FoundBlock): boolean {
    if (a.first !== b.first) return a.first < b.first
    if (a.end !== b.end) return a.end > b.end
    return levelOf(a.prefix) > levelOf(b.prefix)
}

/** Notes the boot of a block, which is that of the block before or a later one. */
function addBoot(boots: EarlierBoot[], it: FoundBlock, checkpoint: Checkpoint) {
    const boot = bootOf(it.prefix)
    const { at, slot } = it
    let entry = boots[boots.length - 1]
    if (entry?.boot !== boot) {
        const own = checkpoint?.boot === boot ? checkpoint : undefined
        entry = {
            boot,
            wallOffset: own?.wallOffset,
            firstAt: at,
            lastAt: at,
            endedAt: own?.endedAt,
            lastSlot: slot,
        }
        boots.push(entry)
    }
    entry.lastSlot = slot
    // the longer a boot runs, the better it knows the time
    entry.wallOffset = it.wallOffset ?? entry.wallOffset
}

/** Boots that wrote nothing have no number, so the next one can have it. */
function lastBoot(boots: EarlierBoot[], checkpoint: Checkpoint): number {
    if (boots.length === 0) return checkpoint ? checkpoint.boot : -1
    const { boot } = boots[boots.length - 1]
    const isCheckpointLater = checkpoint && ((checkpoint.boot - boot) & 0xff) < 0x80
    return isCheckpointLater ? checkpoint.boot : boot
}

/** Time of the last reading in a block, or as far as it can be read. */
async function lastAt(block: Buffer, layouts: MeterLayouts): Promise<number> {
    let at = headerOf(block).at
    try {
        const decoder = new BlockDecoder(layouts, block)
        for (let i = countOf(block); i > 0; i--) {
            const reading = decoder.next()
            at = reading.at
            await pace(reading.values.length)
        }
    } catch (e) {
        if (!(e instanceof BlockError)) throw e
    }
    return at
}
