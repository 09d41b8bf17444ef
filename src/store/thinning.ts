import type { Meter, Reading } from "../meters/profile"
import { countOf, endOf, headerOf, levelOf } from "./codec/block"
import { BlockDecoder } from "./codec/decoder"
import { BlockEncoder } from "./codec/encoder"
import type { MeterLayouts } from "./codec/roster"
import { Pace } from "./pace"

/** The most that a block can tell. */
const HIGHEST_LEVEL = 15
/** So many times thinning spares what stands at gaps. If that is too much for a block, it has to go as well. */
const MERCIFUL_TRIES = 2
const LAST_TRY = 10
/** A meter was silent when its readings are farther apart than so many periods. */
const GAP_PERIODS = 1.5

/** What thinning knows of one meter. */
class Course {
    readonly meter: Meter
    at: number
    energy: number
    /** Which of all readings the last one was. */
    index: number
    /** How many came since one was kept in any case. */
    since = 0

    constructor(
        reading: Reading,
        private readonly energyField: number,
    ) {
        this.meter = reading.meter
    }

    /** Whether the meter had been silent, or its energy register set back, before this reading. */
    breaks(reading: Reading, period: number): boolean {
        const isGap = reading.at - this.at > GAP_PERIODS * period
        return isGap || reading.values[this.energyField] < this.energy
    }

    note(reading: Reading, index: number) {
        this.at = reading.at
        this.energy = reading.values[this.energyField]
        this.index = index
    }
}

/**
 * Makes one block of two neighbours of one boot. Of each meter every second reading stays; of a block that had been
 * thinned less than the other every fourth, and so on. The readings before and behind a gap stay, and those before
 * and behind a set back of the energy register: gaps remain where they are, and no energy is lost.
 *
 * It goes through all readings twice, with pauses.
 *
 * @throws DamagedBlock, UnknownMeter
 */
export async function thin(layouts: MeterLayouts, older: Buffer, younger: Buffer): Promise<Buffer> {
    const blocks = [older, younger]
    const level = Math.max(levelOf(older), levelOf(younger))
    for (let i = 1; ; i++) {
        const keep = await choose(layouts, blocks, level + i, i <= MERCIFUL_TRIES)
        const block = await rewrite(layouts, blocks, keep, Math.min(level + i, HIGHEST_LEVEL), i === LAST_TRY)
        if (block) return block
    }
}

/** @returns a byte for each reading, 1 when it stays */
async function choose(
    layouts: MeterLayouts,
    blocks: Buffer[],
    level: number,
    merciful: boolean,
): Promise<Buffer> {
    const keep = Buffer.alloc(countOf(blocks[0]) + countOf(blocks[1]))
    const courses: Course[] = []
    const pace = new Pace()
    let index = 0
    for (const block of blocks) {
        const decoder = new BlockDecoder(layouts, block)
        const period = decoder.header.period
        const stride = 1 << (level - decoder.header.level)
        for (let i = countOf(block); i > 0; i--) {
            const reading = decoder.next()
            let course = courseOf(courses, reading.meter)
            if (course === undefined) {
                course = new Course(reading, layouts.of(reading.meter).energy)
                courses.push(course)
                keep[index] = 1
            } else if (merciful && course.breaks(reading, period)) {
                keep[course.index] = 1
                keep[index] = 1
                course.since = 0
            } else {
                course.since++
                if (course.since % stride === 0) keep[index] = 1
            }
            course.note(reading, index)
            index++
            await pace.step()
        }
    }
    // what comes behind them may be a gap
    if (merciful) for (const course of courses) keep[course.index] = 1
    return keep
}

function courseOf(courses: Course[], meter: Meter): Course {
    return courses.find(course => course.meter === meter)
}

/**
 * @param cut leave out what does not fit
 * @returns `undefined` when it does not fit
 */
async function rewrite(
    layouts: MeterLayouts,
    blocks: Buffer[],
    keep: Buffer,
    level: number,
    cut: boolean,
): Promise<Buffer> {
    const { first, boot, period, level: oldLevel, wallOffset } = headerOf(blocks[0])
    const span = endOf(blocks[1]) - first
    const pace = new Pace()
    let encoder: BlockEncoder
    let index = 0
    for (const block of blocks) {
        const decoder = new BlockDecoder(layouts, block)
        for (let i = countOf(block); i > 0; i--) {
            const reading = decoder.next()
            await pace.step()
            if (keep[index++] !== 1) continue
            if (encoder === undefined) {
                const header = {
                    boot,
                    first,
                    level,
                    span,
                    wallOffset: decoder.header.wallOffset ?? wallOffset,
                    at: reading.at,
                    period: Math.round(period * Math.pow(2, level - oldLevel)),
                }
                encoder = new BlockEncoder(layouts, block.length, header, 0)
            }
            if (!encoder.append(reading) && !cut) return undefined
        }
    }
    encoder.seal()
    return encoder.block
}
