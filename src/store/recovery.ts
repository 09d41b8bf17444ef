import { Boots, type EarlierBoot } from "./boots"
import { CHECKPOINT_SLOTS, type Checkpoint, readCheckpoint } from "./checkpoint"
import { BlockError, bootOf, countOf } from "./codec/block"
import { BlockDecoder } from "./codec/decoder"
import type { MeterLayouts } from "./codec/roster"
import { type FoundBlock, findBlocks } from "./found-blocks"
import { Pace } from "./pace"
import type { SlotStore } from "./slot-store"
import { SlotTier } from "./slot-tier"

/** What a run of the program takes over from those before it. */
export interface Recovered {
    readonly slots: SlotTier
    /** Number of this boot. */
    readonly boot: number
    /** Running number of the next reading, through all boots. */
    readonly next: number
    /** Readings of the first block that were acknowledged. */
    readonly skipped: number
    readonly boots: Boots
    /** Serial number of the last checkpoint. */
    readonly serial: number
    /** Slots with something else than a whole block. */
    readonly damagedSlots: number
}

/**
 * Takes stock of the slots.
 * @param startedAt monotonic time in ms
 * @throws SlotError
 */
export async function recover(
    store: SlotStore,
    layouts: MeterLayouts,
    startedAt: number,
): Promise<Recovered> {
    const checkpoint = await readCheckpoint(store)
    const acknowledged = checkpoint ? checkpoint.acknowledged : 0
    const { blocks, damaged } = await findBlocks(store, CHECKPOINT_SLOTS, acknowledged)
    const slots = new SlotTier(store, CHECKPOINT_SLOTS)
    for (const block of blocks) slots.adopt(block.slot, block.prefix)
    const last = blocks[blocks.length - 1]
    return {
        slots,
        boot: nextBoot(last, checkpoint),
        next: last ? last.end : acknowledged,
        skipped: last ? Math.max(acknowledged - blocks[0].first, 0) : 0,
        boots: new Boots(await listBoots(blocks, checkpoint, slots, layouts), startedAt),
        serial: checkpoint ? checkpoint.serial : 0,
        damagedSlots: damaged,
    }
}

/** A boot that wrote nothing has no number, so the number that follows the last one written is free. */
function nextBoot(last: FoundBlock, checkpoint: Checkpoint): number {
    if (!last) return checkpoint ? (checkpoint.boot + 1) & 0xff : 0
    const boot = bootOf(last.prefix)
    const isCheckpointLater = checkpoint && ((checkpoint.boot - boot) & 0xff) < 0x80
    return ((isCheckpointLater ? checkpoint.boot : boot) + 1) & 0xff
}

async function listBoots(
    blocks: FoundBlock[],
    checkpoint: Checkpoint,
    slots: SlotTier,
    layouts: MeterLayouts,
): Promise<EarlierBoot[]> {
    const boots: EarlierBoot[] = []
    for (let i = 0; i < blocks.length; i++) {
        const { prefix, at, wallOffset } = blocks[i]
        const boot = bootOf(prefix)
        let entry = boots[boots.length - 1]
        if (entry?.boot !== boot) {
            entry = { boot, wallOffset: undefined, firstAt: at, lastAt: at, endedAt: undefined }
            if (checkpoint?.boot === boot) {
                entry.endedAt = checkpoint.endedAt
                entry.wallOffset = checkpoint.wallOffset
            }
            boots.push(entry)
        }
        // the clock is better known the longer a boot runs
        entry.wallOffset = wallOffset ?? entry.wallOffset
        const isLast = i + 1 === blocks.length || bootOf(blocks[i + 1].prefix) !== boot
        if (isLast) entry.lastAt = await lastAt(await slots.read(i), layouts, at)
    }
    return boots
}

/** Time of the last reading in a block, as far as it can be read. */
async function lastAt(block: Buffer, layouts: MeterLayouts, firstAt: number): Promise<number> {
    const pace = new Pace()
    let at = firstAt
    try {
        const decoder = new BlockDecoder(layouts, block)
        for (let i = countOf(block); i > 0; i--) {
            at = decoder.next().at
            await pace.step()
        }
    } catch (e) {
        if (!(e instanceof BlockError)) throw e
    }
    return at
}
