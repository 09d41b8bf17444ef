import type { Reading } from "../meters/profile"
import { type BlockHeader, countOf, endOf, headerOf, levelOf } from "./codec/block"
import type { MeterLayouts } from "./codec/coder"
import { BlockDecoder } from "./codec/decoder"
import { BlockEncoder } from "./codec/encoder"
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

/** The last reading of a meter, and which of all readings it is. */
interface Last {
    reading: Reading
    index: number
}

/**
 * Makes one block of two neighbours of one boot. Of each meter every second reading stays: the first in each of the time
 * slots that are twice as long as before. Of a block that had been thinned less than the other it is every fourth, and so on.
 * The readings before and behind a gap stay, and those before and behind a set back of the energy register: gaps remain
 * where they are, and no energy is lost.
 */
export class Thinning {
    /** The block that is being read, 0 for the older one: the one that cannot be read if {@link run} fails. */
    reading = 0
    private readonly blocks: Buffer[]
    /** A byte for each reading: 1 when it stays. */
    private readonly keep: Buffer

    constructor(
        private readonly layouts: MeterLayouts,
        older: Buffer,
        younger: Buffer,
    ) {
        this.blocks = [older, younger]
        this.keep = Buffer.alloc(countOf(older) + countOf(younger))
    }

    /**
     * Goes through all readings twice, with pauses.
     * @throws BlockError
     */
    async run(): Promise<Buffer> {
        const level = 1 + Math.max(levelOf(this.blocks[0]), levelOf(this.blocks[1]))
        // Readings farther apart take a few bits more each, so that the half of two full blocks may just not fit
        // into one. Then the older block is halved once more, next time the younger, and so on.
        for (let i = 0; ; i++) {
            await this.choose(level, i)
            const block = await this.rewrite(Math.min(level + (i >> 1), HIGHEST_LEVEL), i === LAST_TRY)
            if (block) return block
        }
    }

    private async choose(level: number, tries: number) {
        const { layouts, keep } = this
        const isMerciful = tries < MERCIFUL_TRIES
        const lasts: Last[] = []
        const self = this
        await this.forEach((reading, index, header) => {
            const { meter, at, values } = reading
            const base = header.period / Math.pow(2, header.level)
            const slot = base * Math.pow(2, level + ((tries + 1 - self.reading) >> 1))
            const gap = base * (level === 1 ? GAP_PERIODS : GAP_PERIODS_THINNED * Math.pow(2, level - 1))
            const energy = layouts.of(meter).energy
            let last = lasts.find(l => l.reading.meter === meter)
            if (last) {
                const isBreak = at - last.reading.at > gap || values[energy] < last.reading.values[energy]
                const isFirst = Math.floor(at / slot) !== Math.floor(last.reading.at / slot)
                if (isMerciful && isBreak) keep[last.index] = 1
                keep[index] = isFirst || (isMerciful && isBreak) ? 1 : 0
            } else {
                last = { reading, index }
                lasts.push(last)
                keep[index] = 1
            }
            last.reading = reading
            last.index = index
        })
        // behind these there may be a gap
        if (isMerciful) for (const last of lasts) keep[last.index] = 1
    }

    /**
     * @param cut leave out what does not fit
     * @returns `undefined` when it does not fit
     */
    private async rewrite(level: number, cut: boolean): Promise<Buffer> {
        const { layouts, keep, blocks } = this
        const { first, boot, period, level: oldLevel, wallOffset } = headerOf(blocks[0])
        const younger = headerOf(blocks[1])
        let encoder: BlockEncoder
        let fits = true
        await this.forEach((reading, index) => {
            if (keep[index] === 0) return
            if (!encoder) {
                const header = {
                    boot,
                    first,
                    level,
                    span: endOf(blocks[1]) - first,
                    wallOffset: younger.wallOffset ?? wallOffset,
                    at: reading.at,
                    period: Math.round(period * Math.pow(2, level - oldLevel)),
                }
                encoder = new BlockEncoder(layouts, blocks[0].length, header, 0)
            }
            if (!encoder.append(reading)) fits = false
        })
        if (!fits && !cut) return undefined
        encoder.seal()
        return encoder.block
    }

    private async forEach(body: (reading: Reading, index: number, header: BlockHeader) => void) {
        let index = 0
        for (this.reading = 0; this.reading < 2; this.reading++) {
            const block = this.blocks[this.reading]
            const decoder = new BlockDecoder(this.layouts, block)
            for (let i = countOf(block); i > 0; i--) {
                const reading = decoder.next()
                body(reading, index, decoder.header)
                index++
                await pace(2 * reading.values.length)
            }
        }
    }
}
