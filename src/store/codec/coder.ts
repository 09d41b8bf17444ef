import type { Meter, Reading } from "../../meters/profile"
import { type BitStream, unzigzag, zigzag } from "./bit-stream"
import { BlockError, type BlockHeader, codeHeader, headerStream, MOST_READINGS, seal } from "./block"
import { MeterLayout } from "./layout"
import { Predictor, REPEATED, UNUSUAL, USUAL } from "./predictor"

/*
 * How a reading is written. A prefix code says what kind it is:
 *
 *     0    its meter and its time are as expected, its fields are all known, and the quiet ones as predicted
 *     10   the meter had not measured anew: only the energy may differ from the last reading
 *     110  a quiet field is not as predicted
 *     111  anything: the number of its meter, for a meter that is new in the block its tag, and the time since the
 *          reading before in periods and ms; each field begins with a flag whether it is known
 *
 * Then come the fields, unless they are as predicted: how far they are from that.
 */
/** Most meters in one block. */
const MOST_METERS = 15
const TAG_BITS = 16

/** The configured meters, as the codec sees them. */
export function layoutsOf(meters: Meter[]): MeterLayout[] {
    return meters.map(meter => new MeterLayout(meter))
}

/** Writes a block, or reads one, a reading at a time. Both ways are one, so that what is written can be read. */
export class BlockCoder {
    readonly header: BlockHeader
    /** Readings that were written or read. */
    count = 0
    private readonly stream: BitStream
    /** The meters of the block in the order of their first readings. */
    private readonly predictors: Predictor[] = []
    /** The one that came last. */
    last: Predictor = undefined

    /**
     * @param block zeros when writing
     * @param header left out when reading
     * @param tolerance a reading so close to its time, in ms, counts as on time; 0 keeps every millisecond
     * @throws BlockError when the block cannot be read
     */
    constructor(
        private readonly layouts: MeterLayout[],
        readonly block: Buffer,
        header: BlockHeader = undefined,
        private readonly tolerance = 0,
    ) {
        this.stream = headerStream(block, header !== undefined)
        this.header = codeHeader(this.stream, header)
    }

    /**
     * Adds a reading of a configured meter.
     * @returns false when it does not fit; then the block is full and takes no more
     */
    append(reading: Reading): boolean {
        return this.count < MOST_READINGS && this.code(reading) !== undefined
    }

    /**
     * The next reading; it is for the caller to know that there is one.
     * @throws BlockError this reading and all behind it are lost
     */
    next(): Reading {
        const reading = this.code(undefined)
        if (!reading) throw new BlockError("it ends too early")
        return reading
    }

    /** Completes the block as it stands. More readings may follow, and another seal. */
    seal(): Buffer {
        seal(this.block, this.count)
        return this.block
    }

    /**
     * @param given the reading to be written
     * @returns what was written or read; `undefined` when the block ends before that
     */
    private code(given: Reading): Reading {
        const { stream, predictors, last, header } = this
        const lastAt = last ? last.at : header.at
        let kind = USUAL
        let at = 0
        let number = 0
        let tag = 0
        let predictor = last?.follower
        if (given) {
            number = predictors.findIndex(p => p.layout.meter === given.meter)
            at = given.at
            const isExpected = last && predictors[number] === predictor
            if (number < 0) {
                number = predictors.length
                if (number === MOST_METERS) return undefined
                predictor = this.newPredictor(this.layouts.find(l => l.meter === given.meter))
                tag = predictor.layout.tag
            } else predictor = predictors[number]
            const due = predictor.at + predictor.interval
            if (Math.abs(at - due) <= this.tolerance) at = due
            kind = predictor.compare(given.values, at)
            if (!isExpected || at !== due || given.values.indexOf(undefined) >= 0) kind = UNUSUAL
        }
        kind = stream.ones(kind, UNUSUAL)
        if (kind === UNUSUAL) {
            number = stream.ones(number, MOST_METERS)
            if (number === predictors.length) {
                tag = stream.code(tag, TAG_BITS)
                if (!given) predictor = this.newPredictor(this.layouts.find(l => l.tag === tag))
                predictors.push(predictor)
            }
            predictor = predictors[number]
            const { period } = header
            const periods = Math.floor((at - lastAt) / period)
            const rest = at - lastAt - periods * period
            at = lastAt + unzigzag(stream.sized(zigzag(periods))) * period + stream.sized(rest)
        }
        if (!predictor) throw new BlockError("unknown meter at address " + (tag >> 8))
        if (kind !== UNUSUAL) at = predictor.at + predictor.interval
        const values = predictor.code(stream, kind, at, given?.values)
        if (stream.isExhausted()) return undefined

        if (header.level > 0 && predictor.at > 0) predictor.interval = at - predictor.at
        predictor.learn(at, values, kind === REPEATED)
        if (last) last.follower = predictor
        this.last = predictor
        this.count++
        return { meter: predictor.layout.meter, at, values }
    }

    /** For a meter that is new in the block; `undefined` when it is not configured. */
    private newPredictor(layout: MeterLayout): Predictor {
        if (!layout) return undefined
        const { profile } = layout.meter
        const sibling = this.predictors.find(p => p.layout.meter.profile === profile)
        return new Predictor(layout, this.header.period, sibling)
    }
}
