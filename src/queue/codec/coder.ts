import type { Meter, Reading } from "../../line/meters/profile"
import { BitStream, unzigzag, zigzag } from "./bit-stream"
import { BlockError, type BlockHeader, codeHeader, HEADER_BIT, MOST_READINGS, seal } from "./block"
import { labelOf, meterFor } from "./identity"
import { Predictor, REPEATED, UNUSUAL, USUAL } from "./predictor"

/*
 * How a reading is written. A prefix code says what kind it is:
 *
 *     0    its meter and its time are as expected, its fields are all known, and the quiet ones as predicted
 *     10   the meter had not measured anew: only counters may differ from the last reading
 *     110  a quiet field is not as predicted
 *     111  anything: the number of its meter, for a meter that is new in the block its mark and label, and in periods and ms how
 *          late it is; a flag tells whether each field begins with a flag whether it is known
 *
 * Then come the fields, unless they are as predicted: how far they are from that.
 */
const MARK_BITS = 8

/** Writes a block, or reads one, a reading at a time. Both ways are one, so that what is written can be read. */
export class BlockCoder {
    readonly header: BlockHeader
    /** Readings that were written or read. */
    count = 0
    private readonly stream: BitStream
    /** The meters of the block in the order of their first readings. */
    private readonly predictors: Predictor[] = []
    /** The one that came last. */
    last: Predictor | undefined = undefined

    /**
     * @param block zeros when writing
     * @param header left out when reading
     * @param tolerance a reading so close to its time, in ms, counts as on time; 0 keeps every millisecond
     * @throws BlockError when the block cannot be read
     */
    constructor(
        private readonly meters: Meter[],
        readonly block: Buffer,
        header: BlockHeader | undefined = undefined,
        private readonly tolerance = 0,
    ) {
        this.stream = new BitStream(block, HEADER_BIT, header !== undefined)
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
     * @throws BlockError, UnknownModelError this reading and all behind it are lost
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
    private code(given: Reading | undefined): Reading | undefined {
        const { stream, predictors, last, header, meters } = this
        const expected = last?.follower
        let predictor = expected
        let kind = USUAL
        let number = 0
        let at = 0
        if (given) {
            const { meter, values } = given
            number = predictors.findIndex(p => p.meter === meter)
            predictor = predictors[number]
            if (!predictor) {
                number = predictors.length
                predictor = this.newPredictor(meter)
            }
            const due = predictor.at + predictor.interval
            at = Math.abs(given.at - due) <= this.tolerance ? due : given.at
            kind = predictor.compare(values, at)
            if (predictor !== expected || at !== due || values.includes(undefined)) kind = UNUSUAL
        }
        kind = stream.ones(kind, UNUSUAL)
        if (kind === UNUSUAL) {
            number = stream.rice(number, 0)
            if (number === predictors.length) {
                const mark = stream.code(given?.meter.profile.mark as number, MARK_BITS)
                const label = stream.text(given ? labelOf(meters, given.meter) : "")
                predictors.push(
                    given ? (predictor as Predictor) : this.newPredictor(meterFor(meters, mark, label)),
                )
            }
            predictor = predictors[number]
        }
        if (!predictor) throw new BlockError("no such meter")
        const due = predictor.at + predictor.interval
        let late = 0
        if (kind === UNUSUAL) {
            const { period } = header
            const periods = Math.floor((at - due) / period)
            late =
                unzigzag(stream.sized(zigzag(periods))) * period + stream.sized(at - due - periods * period)
        }
        at = due + late
        const values = predictor.code(stream, kind, at, given ? given.values : [])
        if (stream.isExhausted()) return undefined

        if (header.level > 0) predictor.interval = at - predictor.at
        // of what was written one copy is enough
        predictor.learn(at, given ? given.values : values, kind === REPEATED)
        if (last) last.follower = predictor
        this.last = predictor
        this.count++
        return { meter: predictor.meter, at, values }
    }

    /** For a meter that is new in the block. */
    private newPredictor(meter: Meter): Predictor {
        const { profile } = meter
        const { predictors, last, header } = this
        const sibling = predictors.find(p => p.meter.profile === profile)
        return new Predictor(meter, last ? last.at : header.at, header.period, sibling)
    }
}
