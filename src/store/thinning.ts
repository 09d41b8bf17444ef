import type { Meter, Reading } from "../meters/profile"
import { BlockError, countOf, endOf, headerOf } from "./codec/block"
import { BlockCoder } from "./codec/coder"
import type { MeterLayout } from "./codec/layout"
import { pace } from "./pace"

/** The most that a block can tell. */
const HIGHEST_LEVEL = 15
/** So often thinning spares what stands at gaps. If there are too many for a block, they have to go as well. */
const MERCIFUL_TRIES = 2
/** What does not fit even now is left out. */
const LAST_TRY = 16
/** A meter was silent when its readings are farther apart than so many periods; where some were taken out, than these. */
const GAP_PERIODS = 1.5
const GAP_PERIODS_THINNED = 2.5

/** The last reading of a meter, and whether it stays. */
interface Last {
    reading: Reading
    /** Index of the energy register among the values; -1 for none. */
    readonly energy: number
    stays: boolean
}

/** One of two blocks that are to be thinned cannot be read. */
export class UnreadableBlock extends BlockError {
    /** @param index 0 for the older one */
    constructor(readonly index: number) {
        super("block cannot be thinned")
    }
}

/**
 * Makes one block of two neighbours of one boot. Of each meter every second reading stays: the first in each of the time
 * slots that are twice as long as before. Of a block that had been thinned less than the other it is every fourth, and so on.
 * The readings before and behind a gap stay, and those before and behind a set back of the energy register: gaps remain
 * where they are, and no energy is lost.
 *
 * @throws UnreadableBlock
 */
export async function thin(layouts: MeterLayout[], older: Buffer, younger: Buffer): Promise<Buffer> {
    const level = 1 + Math.max(headerOf(older).level, headerOf(younger).level)
    // Readings farther apart take a few bits more each, so that the half of two full blocks may just not fit
    // into one. Then the older block is halved once more, next time the younger, and so on.
    for (let tries = 0; ; tries++) {
        const block = await thinOnce(layouts, [older, younger], level, tries)
        if (block) return block
    }
}

/** @returns `undefined` when it does not fit */
async function thinOnce(
    layouts: MeterLayout[],
    blocks: Buffer[],
    level: number,
    tries: number,
): Promise<Buffer> {
    const isMerciful = tries < MERCIFUL_TRIES
    const lasts: Last[] = []
    const { first, boot, period, level: oldLevel, wallOffset } = headerOf(blocks[0])
    const younger = headerOf(blocks[1])
    const base = period / Math.pow(2, oldLevel)
    const gap = base * (level === 1 ? GAP_PERIODS : GAP_PERIODS_THINNED * Math.pow(2, level - 1))
    const newLevel = Math.min(level + (tries >> 1), HIGHEST_LEVEL)
    let coder: BlockCoder
    let fits = true
    const keep = (last: Last) => {
        last.stays = true
        const { reading } = last
        if (!coder) {
            const header = {
                boot,
                first,
                level: newLevel,
                span: endOf(blocks[1]) - first,
                wallOffset: younger.wallOffset ?? wallOffset,
                at: reading.at,
                period: Math.round(base * Math.pow(2, newLevel)),
            }
            coder = new BlockCoder(layouts, Buffer.alloc(blocks[0].length), header)
        }
        if (!coder.append(reading)) fits = false
    }
    for (let i = 0; i < 2; i++) {
        const slot = base * Math.pow(2, level + ((tries + 1 - i) >> 1))
        const source = new BlockCoder(layouts, blocks[i])
        while (source.count < countOf(blocks[i])) {
            const reading = readFrom(source, i)
            const { meter, at, values } = reading
            await pace(3 * values.length)
            const last = lastOf(lasts, meter)
            if (!last) {
                const energy = layoutOf(layouts, meter).energy
                const begun = { reading, energy, stays: false }
                lasts.push(begun)
                keep(begun)
                continue
            }
            const energy = last.energy
            const before = last.reading
            const isBreak = isMerciful && (at - before.at > gap || values[energy] < before.values[energy])
            if (isBreak && !last.stays) keep(last)
            last.reading = reading
            last.stays = false
            if (isBreak || Math.floor(at / slot) !== Math.floor(before.at / slot)) keep(last)
            if (!fits && tries < LAST_TRY) return undefined
        }
    }
    // behind these there may be a gap
    if (isMerciful) for (const last of lasts) if (!last.stays) keep(last)
    if (!fits && tries < LAST_TRY) return undefined
    coder.seal()
    return coder.block
}

function lastOf(lasts: Last[], meter: Meter): Last {
    return lasts.find(last => last.reading.meter === meter)
}

function layoutOf(layouts: MeterLayout[], meter: Meter): MeterLayout {
    return layouts.find(layout => layout.meter === meter)
}

function readFrom(source: BlockCoder, index: number): Reading {
    try {
        return source.next()
    } catch (e) {
        if (!(e instanceof BlockError)) throw e
        throw new UnreadableBlock(index)
    }
}
