import type { Meter, Reading } from "../line/meters/profile"
import { Cell, Flag, ROW } from "../line/meters/row"
import { COUNT_AT, endOf, headerOf } from "./codec/block"
import { BlockCoder } from "./codec/coder"
import { pace } from "./pace"

/** Highest level that a block can have. */
const HIGHEST_LEVEL = 15
/** Number of tries that keep the readings next to gaps. If these are too many for a block, later tries remove them as well. */
const MERCIFUL_TRIES = 2
/** In this try, readings that still do not fit are left out. */
const LAST_TRY = 16
/**
 * Two readings of a meter have a gap between them if they are farther apart than this many periods. The second number is for
 * blocks of which one was downsampled before.
 */
const GAP_PERIODS = 1.5
const GAP_PERIODS_THINNED = 2.5

/** The last reading of a meter, and whether it stays. */
interface Last {
    reading: Reading | undefined
    stays: boolean
}

/**
 * Merges two neighboring blocks of one boot into one. Of each meter every second reading stays: the first one in each time
 * slot of double length. If one block was downsampled less than the other, every fourth of its readings stays, and so on.
 * The readings on both sides of a gap or of a counter reset stay too, so gaps remain where they are and no energy is lost.
 *
 * @param blocks the older one first
 * @param into receives the merged block
 * @throws BlockError if one of the blocks cannot be read
 */
export async function thin(meters: Meter[], blocks: Buffer[], into: Buffer): Promise<Buffer> {
    // Readings that are farther apart take a few more bits each, so half of two full blocks may just fail to fit into
    // one. Then the older block is halved once more, then the younger one, and so on.
    for (let tries = 0; ; tries++) {
        into.fillAt(0, into.length, 0)
        const thinned = await thinOnce(meters, blocks, into, tries)
        if (thinned) return thinned
    }
}

/** @returns `undefined` if the merged block does not fit */
async function thinOnce(
    meters: Meter[],
    blocks: Buffer[],
    into: Buffer,
    tries: number,
): Promise<Buffer | undefined> {
    const older = headerOf(blocks[0])
    const younger = headerOf(blocks[1])
    const base = older.period / (1 << older.level)
    const level = 1 + Math.max(older.level, younger.level)
    older.level = Math.min(level + (tries >> 1), HIGHEST_LEVEL)
    older.period = Math.round(base * (1 << older.level))
    older.span = endOf(blocks[1]) - older.first
    older.wallOffset = younger.wallOffset ?? older.wallOffset
    const coder = new BlockCoder(meters, into, older)
    const gap = base * (level === 1 ? GAP_PERIODS : GAP_PERIODS_THINNED * (1 << (level - 1)))
    const lasts: Last[] = []
    const isMerciful = tries < MERCIFUL_TRIES
    let fits = true
    const keep = async (last: Last) => {
        if (last.stays) return
        last.stays = true
        const reading = last.reading as Reading
        if (!coder.append(reading)) fits = false
        await pace(reading.values.length)
    }
    for (let i = 0; i < 2; i++) {
        const source = new BlockCoder(meters, blocks[i])
        const slot = base * (1 << (level + ((tries + 1 - i) >> 1)))
        while (source.count < blocks[i][COUNT_AT]) {
            const reading = source.next()
            const { at } = reading
            await pace(reading.values.length)
            const index = meters.indexOf(reading.meter)
            while (lasts.length <= index) lasts.push({ reading: undefined, stays: true })
            const last = lasts[index]
            const before = last.reading ?? reading
            let stays = before === reading || Math.floor(at / slot) !== Math.floor(before.at / slot)
            if (isMerciful && (at - before.at > gap || isSetBack(reading, before))) {
                stays = true
                await keep(last)
            }
            last.reading = reading
            last.stays = false
            if (stays) await keep(last)
        }
    }
    // a gap may follow these
    if (isMerciful) for (const last of lasts) await keep(last)
    return fits || tries === LAST_TRY ? coder.seal() : undefined
}

/** Whether a counter of the meter is lower than before. */
function isSetBack({ meter, values }: Reading, before: Reading): boolean {
    const { table } = meter.profile
    for (let i = 0; i < values.length; i++)
        if (
            table[i * ROW + Cell.Format] & Flag.Counter &&
            (values[i] as number) < (before.values[i] as number)
        )
            return true
    return false
}
