import type { Meter } from "../../meters/profile"
import { BitStream, unzigzag, zigzag } from "./bit-stream"
import { type BlockHeader, BODY_AT, codeHeader, DamagedBlock, UnknownMeter } from "./block"
import { MeterLayout } from "./layout"
import { Predictor } from "./predictor"

/*
 * How a reading is written. A prefix code says what kind it is:
 *
 *     0    its meter and its time are as expected, its fields are all known, and the quiet ones as predicted
 *     10   so are the lively ones: the meter had not measured anew
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
export const USUAL = 0
export const REPEATED = 1
export const RESTLESS = 2
export const UNUSUAL = 3

/** Bits of a meter's number in a block. */
const NUMBER_BITS = 4
const TAG_BITS = 16

/** The configured meters, as the codec sees them. */
export class MeterLayouts {
    readonly all: MeterLayout[]

    /** @throws RangeError when a meter's readings have too many fields */
    constructor(meters: Meter[]) {
        this.all = meters.map(meter => new MeterLayout(meter))
    }

    of(meter: Meter): MeterLayout {
        return this.all.find(layout => layout.meter === meter)
    }
}

/** What writing a block and reading it have in common: all that concerns the format. */
export class BlockCoder {
    readonly header: BlockHeader
    /** Readings that were written or read. */
    count = 0
    protected readonly stream: BitStream
    /** The meters of the block in the order of their first readings. */
    protected readonly predictors: Predictor[] = []
    /** Number of the meter that most likely comes next. */
    protected expected = 0
    /** Number of the meter that came last, and the time of its reading. */
    private lastNumber = 0
    protected lastAt: number

    // the reading in hand; when reading, as far as it is known:
    protected kind = USUAL
    protected number = 0
    protected predictor: Predictor
    protected at: number
    protected periods = 1
    protected delay = 0
    protected calm = true
    protected allKnown = true
    protected values: number[]
    /** How far each field is from what was predicted, without sign. */
    protected readonly deviations: number[] = []

    /**
     * @param header `undefined` when reading
     * @throws UnknownBlockVersion when reading
     */
    constructor(
        protected readonly layouts: MeterLayouts,
        readonly block: Buffer,
        header: BlockHeader,
    ) {
        this.stream = new BitStream(block, BODY_AT, header !== undefined)
        this.header = codeHeader(this.stream, header)
        this.lastAt = this.header.at
    }

    /** Writes the reading in hand, or reads it. */
    protected code() {
        const stream = this.stream
        this.kind = stream.ones(this.kind, UNUSUAL)
        const isUnusual = this.kind === UNUSUAL
        const isOther = isUnusual && stream.flag(this.number !== this.expected)
        this.number = isOther ? stream.code(this.number, NUMBER_BITS) : this.expected
        const isNew = this.number === this.predictors.length
        if (isNew) this.codeMeter()
        const predictor = isNew ? this.predictor : this.predictors[this.number]
        if (!predictor) throw new DamagedBlock("meter")
        this.predictor = predictor
        const usual = this.usualPeriods(predictor)
        this.periods = isUnusual && stream.flag(this.periods !== usual) ? stream.sized(this.periods) : usual
        this.calm = isUnusual ? !stream.flag(!this.calm) : this.kind !== RESTLESS
        this.allKnown = !(isUnusual && stream.flag(!this.allKnown))
        if (!isNew) {
            const isOnTime = this.calm && predictor.isPunctual()
            this.delay = isOnTime ? 0 : unzigzag(stream.rice(zigzag(this.delay), predictor.timeFit))
            this.at = predictor.at + this.periods * this.header.period + this.delay
        }
        this.codeFields()
    }

    /** Thinning leaves a part of a block coarser than the rest; else there are single gaps. */
    protected usualPeriods(predictor: Predictor): number {
        return this.header.level > 0 ? predictor.periods : 1
    }

    /** The meter is new in the block. */
    private codeMeter() {
        const { stream, lastAt } = this
        if (stream.isWriting) stream.code(this.predictor.layout.tag, TAG_BITS)
        else this.predictor = this.newPredictor(this.layoutOf(stream.code(0, TAG_BITS)))
        this.delay = 0
        this.at = lastAt + unzigzag(stream.sized(zigzag(this.at - lastAt)))
    }

    private codeFields() {
        const { stream, predictor, values, deviations, calm } = this
        const elapsed = this.at - predictor.at
        const repeated = this.kind === REPEATED
        for (let i = 0; i < predictor.fits.length; i++) {
            const isKnown = this.allKnown || stream.flag(values[i] !== undefined)
            let deviation = 0
            if (isKnown && !(calm && predictor.isQuiet(i)) && !(repeated && predictor.isLively(i))) {
                const fit = predictor.fits[i]
                deviation = fit < 0 ? stream.sized(deviations[i]) : stream.rice(deviations[i], fit)
            }
            if (stream.isWriting) continue
            deviations[i] = deviation
            values.push(isKnown ? predictor.predict(i, values, elapsed) + unzigzag(deviation) : undefined)
        }
    }

    /** Takes note of the reading in hand. */
    protected learn() {
        const { predictor, predictors, number } = this
        predictor.periods = this.periods
        predictor.learn(this.at, this.delay, this.values, this.deviations, this.kind === REPEATED)
        predictors[number] = predictor
        predictors[this.lastNumber].follower = number
        this.lastNumber = number
        this.lastAt = this.at
        this.expected = predictor.follower
        this.count++
    }

    /** For a meter that is new in the block. */
    protected newPredictor(layout: MeterLayout): Predictor {
        const { predictors } = this
        const { profile } = layout.meter
        const sibling = predictors.find(p => p.layout.meter.profile === profile)
        return new Predictor(layout, predictors.length, sibling)
    }

    private layoutOf(tag: number): MeterLayout {
        const layout = this.layouts.all.find(l => l.tag === tag)
        if (!layout) throw new UnknownMeter(tag >> 8)
        return layout
    }
}
