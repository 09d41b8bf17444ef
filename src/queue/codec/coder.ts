import type { Meter, Reading } from "../../line/meters/profile"
import { BitStream, unzigzag, zigzag } from "./bit-stream"
import { BlockError, type BlockHeader, codeHeader, HEADER_BIT, MOST_READINGS, seal } from "./block"
import { labelOf, meterFor } from "./identity"
import { Predictor, REPEATED, UNUSUAL, USUAL } from "./predictor"

/*
 * Format of a reading. A prefix code gives its kind; all kinds but the last have the expected meter, the expected time and no
 * unknown field:
 *
 *     0    the quiet fields are as predicted
 *     10   the meter has not measured again: only counters can differ from its last reading
 *     110  a quiet field is not as predicted
 *     111  anything else. Then follow the number of the meter; for a meter that is new in the block, its mark and label; how
 *          late the reading is, in periods and ms; and a flag whether fields are missing. If so, each field has a flag in
 *          front that says whether it is known
 *
 * Then come the fields, as deviations from their predictions. `0` leaves out the quiet ones, `10` all but the counters.
 */
const MARK_BITS = 8

/** Writes or reads a block, one reading at a time. Both directions share their code, so that reading always mirrors writing. */
export class BlockCoder {
    readonly header: BlockHeader
    /** Readings written or read so far. */
    count = 0
    private readonly stream: BitStream
    /** One for each meter of the block, in the order of the meters' first readings. */
    private readonly predictors: Predictor[] = []
    /** The predictor of the last reading's meter. */
    last: Predictor | undefined = undefined

    /**
     * @param block all zeros when writing
     * @param header omitted when reading
     * @param tolerance a reading within this many ms of its expected time counts as on time; 0 keeps every millisecond
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
     * Adds a reading of one of the meters.
     * @returns false if it does not fit; the block is then full and takes no more readings
     */
    append(reading: Reading): boolean {
        return this.count < MOST_READINGS && this.code(reading) !== undefined
    }

    /**
     * Reads the next reading. The caller must know that there is one.
     * @throws BlockError, UnknownModelError this reading and all after it are lost
     */
    next(): Reading {
        const reading = this.code(undefined)
        if (!reading) throw new BlockError("a block ends too early")
        return reading
    }

    /** Completes the block with the readings so far. More readings can follow, and then another seal. */
    seal(): Buffer {
        seal(this.block, this.count)
        return this.block
    }

    /**
     * @param given the reading to write; `undefined` to read one
     * @returns the reading that was written or read; `undefined` if it goes beyond the end of the block
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
        if (!predictor) throw new BlockError("unknown meter in a block")
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
        // when writing, keep the caller's array: `values` is a copy of it
        predictor.learn(at, given ? given.values : values, kind === REPEATED)
        if (last) last.follower = predictor
        this.last = predictor
        this.count++
        return { meter: predictor.meter, at, values }
    }

    /** Makes the predictor of a meter that is new in the block. */
    private newPredictor(meter: Meter): Predictor {
        const { profile } = meter
        const { predictors, last, header } = this
        const sibling = predictors.find(p => p.meter.profile === profile)
        return new Predictor(meter, last ? last.at : header.at, header.period, sibling)
    }
}
