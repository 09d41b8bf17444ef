import type { Reading } from "../../meters/profile"
import { BitReader } from "./bits"
import { type BlockHeader, BODY_AT, DamagedBlock, readHeader, UnknownMeter } from "./block"
import { Kind, NUMBER_BITS, TAG_BITS } from "./kind"
import { type Predictor, QUIET } from "./predictor"
import { getRice, unzigzag } from "./rice"
import { type MeterLayouts, Roster } from "./roster"

/** Reads the readings of one block, one at a time; also of a block that is still being written. */
export class BlockDecoder {
    readonly header: BlockHeader
    /** Readings that were read. */
    count = 0
    private readonly reader: BitReader
    private readonly roster = new Roster()
    /** Of the reading in hand, by field. */
    private readonly deviations: number[] = []
    private at: number

    /**
     * @param block from a {@link BlockEncoder}
     * @throws UnknownBlockVersion
     */
    constructor(
        private readonly layouts: MeterLayouts,
        block: Buffer,
    ) {
        this.reader = new BitReader(block, BODY_AT, block.length)
        this.header = readHeader(this.reader)
        this.at = this.header.at
    }

    /**
     * The next reading; it is for the caller to know that there is one.
     * @throws DamagedBlock
     * @throws UnknownMeter this reading and those behind it are lost
     */
    next(): Reading {
        const { reader, roster } = this
        reader.refresh()
        const kind = reader.getOnes(Kind.unusual)
        const unusual = kind === Kind.unusual
        const number = unusual && reader.getFlag() ? reader.get(NUMBER_BITS) : roster.expected()
        const isNew = number === roster.predictors.length
        const predictor = isNew ? this.introduce() : roster.predictors[number]
        if (predictor === undefined) throw new DamagedBlock("meter " + number)

        const periods = unusual && reader.getFlag() ? reader.getSized() : 1
        const calm = unusual ? !reader.getFlag() : kind !== Kind.restless
        if (unusual && reader.getFlag()) {
            for (let i = 0; i < predictor.known.length; i++) predictor.known[i] = reader.getFlag()
        }
        let delay = 0
        if (!isNew && !(calm && predictor.timeFit < QUIET))
            delay = unzigzag(getRice(reader, predictor.timeFit))
        const at = isNew ? this.at : predictor.at + periods * this.header.period + delay
        const repeated = kind === Kind.repeated
        const values = this.getValues(predictor, at - predictor.at, calm, repeated)
        if (reader.exhausted()) throw new DamagedBlock("it ends too early")

        predictor.learn(at, delay, values, this.deviations, repeated)
        roster.came(number, predictor)
        this.at = at
        this.count++
        return { meter: predictor.layout.meter, at, values }
    }

    /** A meter that is new in the block, and the time of its reading. */
    private introduce(): Predictor {
        const { reader } = this
        const tag = reader.get(TAG_BITS)
        const layout = this.layouts.tagged(tag)
        if (layout === undefined) throw new UnknownMeter(tag >> 8)
        this.at = this.at + unzigzag(reader.getSized())
        return this.roster.newPredictor(layout)
    }

    private getValues(predictor: Predictor, elapsed: number, calm: boolean, repeated: boolean): number[] {
        const { reader, deviations } = this
        const values: number[] = []
        for (let i = 0; i < predictor.known.length; i++) {
            deviations[i] = 0
            if (!predictor.known[i]) {
                values.push(undefined)
                continue
            }
            if (!predictor.skips(i, calm, repeated)) {
                const fit = predictor.fits[i]
                deviations[i] = fit < 0 ? reader.getSized() : getRice(reader, fit)
            }
            values.push(predictor.predict(i, values, elapsed) + unzigzag(deviations[i]))
        }
        return values
    }
}
