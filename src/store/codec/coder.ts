import type { Meter, Reading } from "../../meters/profile"
import { BitStream, unzigzag, zigzag } from "./bit-stream"
import { BlockError, type BlockHeader, BODY_AT, codeHeader, MOST_READINGS, seal } from "./block"
import { MeterLayout } from "./layout"
import { Predictor } from "./predictor"

/*
 * How a reading is written. A prefix code says what kind it is:
 *
 *     0    its meter and its time are as expected, its fields are all known, and the quiet ones as predicted
 *     10   the meter had not measured anew: only the energy may differ from the last reading
 *     110  a quiet field, or the time, is not as predicted
 *     111  this and more may be unusual; flags tell what
 *
 *     111 only: flag, and if set the number of another meter than expected
 *     for a meter that is new in the block: its tag, and the time since the reading before
 *     111 only: flag, and if set how many periods have passed; else one, or after thinning as many as before
 *               flag: a quiet field, or the time, is not as predicted
 *               flag: a field is unknown; each field then begins with a flag whether it is known
 *     the delay of the reading, unless it is as predicted
 *     the fields, unless they are as predicted: their deviations
 */
const USUAL = 0
const REPEATED = 1
const RESTLESS = 2
const UNUSUAL = 3

/** Bits of a meter's number in a block. */
const NUMBER_BITS = 4
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
    /** Number of the meter that most likely comes next, and of the one that came last. */
    private expected = 0
    private lastNumber = 0
    private lastAt: number
    /** How far each field of the reading in hand is from what was predicted, without sign. */
    private readonly deviations: number[] = []

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
        this.stream = new BitStream(block, BODY_AT, header !== undefined)
        this.header = codeHeader(this.stream, header)
        this.lastAt = this.header.at
        if (header) this.stream.flush()
    }

    /**
     * Adds a reading of a configured meter.
     * @returns false when it does not fit; then the block is full and takes no more
     */
    append(reading: Reading): boolean {
        if (this.count === MOST_READINGS) return false
        return this.code(reading) !== undefined
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
    seal() {
        seal(this.block, this.count)
    }

    /**
     * @param given the reading to be written
     * @returns what was written or read; `undefined` when the block ends before that
     */
    private code(given: Reading): Reading {
        const { stream, predictors, deviations, header, lastAt } = this
        let number = 0
        let kind = USUAL
        let periods = 1
        let delay = 0
        let calm = true
        let allKnown = true
        let predictor: Predictor
        let at = 0
        if (given) {
            at = given.at
            number = predictors.findIndex(p => p.layout.meter === given.meter)
            if (number < 0) {
                number = predictors.length
                if (number === MOST_METERS) return undefined
                predictor = this.newPredictor(this.layouts.find(l => l.meter === given.meter))
            } else {
                predictor = predictors[number]
                periods = Math.max(1, Math.floor((at - predictor.at) / header.period + 0.5))
                delay = at - predictor.at - periods * header.period
                if (Math.abs(delay) <= this.tolerance) {
                    at = at - delay
                    delay = 0
                }
            }
            calm = this.compare(predictor, given.values, at)
            if (predictor.isRepeated(given.values)) {
                calm = true
                kind = REPEATED
            }
            if (delay !== 0 && predictor.isPunctual()) calm = false
            allKnown = given.values.indexOf(undefined) < 0
            if (!calm) kind = RESTLESS
            if (!allKnown || periods !== this.usualPeriods(predictor) || number !== this.expected)
                kind = UNUSUAL
        }
        kind = stream.ones(kind, UNUSUAL)
        const unusual = kind === UNUSUAL
        if (!unusual || !stream.flag(number !== this.expected)) number = this.expected
        else number = stream.code(number, NUMBER_BITS)
        const isNew = number === predictors.length
        if (isNew) {
            const tag = stream.code(given ? predictor.layout.tag : 0, TAG_BITS)
            if (!given) {
                const layout = this.layouts.find(l => l.tag === tag)
                if (!layout) throw new BlockError("unknown meter at address " + (tag >> 8))
                predictor = this.newPredictor(layout)
            }
            at = lastAt + unzigzag(stream.sized(zigzag(at - lastAt)))
        } else predictor = predictors[number]
        if (!predictor) throw new BlockError("no such meter")
        const usual = this.usualPeriods(predictor)
        if (!unusual || !stream.flag(periods !== usual)) periods = usual
        else periods = stream.sized(periods)
        if (!given) calm = kind !== RESTLESS
        if (unusual) {
            calm = !stream.flag(!calm)
            allKnown = !stream.flag(!allKnown)
        }
        if (!isNew) {
            if (calm && predictor.isPunctual()) delay = 0
            else delay = unzigzag(stream.rice(zigzag(delay), predictor.timeFit))
            at = predictor.at + periods * header.period + delay
        }

        const repeated = kind === REPEATED
        const values: number[] = []
        for (let i = 0; i < predictor.fits.length; i++) {
            let value: number
            if (given) value = given.values[i]
            if (allKnown || stream.flag(value !== undefined)) {
                let deviation = 0
                const fit = predictor.fits[i]
                const isSame = repeated && i !== predictor.layout.energy
                if (fit < 0) deviation = stream.sized(deviations[i])
                else if (!isSame && (repeated || !calm || !predictor.isQuiet(i)))
                    deviation = stream.rice(deviations[i], fit)
                if (!given) {
                    deviations[i] = deviation
                    value = isSame
                        ? predictor.last[i]
                        : predictor.predict(i, values, at - predictor.at) + unzigzag(deviation)
                }
            }
            values.push(value)
        }
        if (given && !stream.flush()) return undefined
        if (stream.isExhausted()) return undefined

        predictor.learn(at, delay, values, deviations, repeated)
        predictor.periods = periods
        predictors[number] = predictor
        predictors[this.lastNumber].follower = number
        this.lastNumber = number
        this.lastAt = at
        this.expected = predictor.follower
        this.count++
        return { meter: predictor.layout.meter, at, values }
    }

    /** Finds out how far values are from what is predicted. @returns whether the quiet ones are as predicted */
    private compare(predictor: Predictor, values: number[], at: number): boolean {
        let calm = true
        for (let i = 0; i < values.length; i++) {
            const value = values[i]
            let deviation = 0
            if (value !== undefined) deviation = value - predictor.predict(i, values, at - predictor.at)
            if (deviation !== 0 && predictor.isQuiet(i)) calm = false
            this.deviations[i] = zigzag(deviation)
        }
        return calm
    }

    /** Thinning leaves a part of a block coarser than the rest; else there are single gaps. */
    private usualPeriods(predictor: Predictor): number {
        return this.header.level > 0 ? predictor.periods : 1
    }

    /** For a meter that is new in the block. */
    private newPredictor(layout: MeterLayout): Predictor {
        const { predictors } = this
        const { profile } = layout.meter
        return new Predictor(
            layout,
            predictors.length,
            predictors.find(p => p.layout.meter.profile === profile),
        )
    }
}
