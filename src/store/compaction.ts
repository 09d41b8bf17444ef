import type { BlockTier } from "./block-tier"
import { BlockError, countOf } from "./codec/block"
import { BlockDecoder } from "./codec/decoder"
import type { MeterLayouts } from "./codec/roster"
import { Pace } from "./pace"
import { thin } from "./thinning"

/** Two neighbours of which thinning can make one block. */
export interface Pair {
    readonly tier: BlockTier
    /** The older one. */
    readonly index: number
    /** Level of the one that was thinned more. */
    readonly level: number
}

/** Readings that were lost by compaction. */
export interface Loss {
    /** Taken out from between others. */
    readonly thinned: number
    /** In a block that could not be read. */
    readonly damaged: number
}

/**
 * The oldest two neighbours among those that were thinned least.
 * @param from the blocks before it are not to be touched
 * @returns `undefined` when there are no two blocks of one boot
 */
export function leastThinned(tier: BlockTier, from: number): Pair {
    let best: Pair
    for (let index = Math.max(from, 0); index + 1 < tier.length; index++) {
        if (tier.boot(index) !== tier.boot(index + 1)) continue
        const level = Math.max(tier.level(index), tier.level(index + 1))
        if (best === undefined || level < best.level) best = { tier, index, level }
    }
    return best
}

/**
 * Makes one block of two, or takes out the one that cannot be read.
 * @throws SlotError
 */
export async function compact(layouts: MeterLayouts, { tier, index }: Pair): Promise<Loss> {
    const older = await tier.read(index)
    const younger = await tier.read(index + 1)
    let block: Buffer
    try {
        block = await thin(layouts, older, younger)
    } catch (e) {
        if (!(e instanceof BlockError)) throw e
        const unreadable = (await isReadable(layouts, older)) ? index + 1 : index
        const damaged = tier.count(unreadable)
        tier.remove(unreadable)
        return { thinned: 0, damaged }
    }
    await tier.merge(index, block)
    return { thinned: countOf(older) + countOf(younger) - countOf(block), damaged: 0 }
}

async function isReadable(layouts: MeterLayouts, block: Buffer): Promise<boolean> {
    const pace = new Pace()
    try {
        const decoder = new BlockDecoder(layouts, block)
        for (let i = countOf(block); i > 0; i--) {
            decoder.next()
            await pace.step()
        }
        return true
    } catch (e) {
        if (!(e instanceof BlockError)) throw e
        return false
    }
}
