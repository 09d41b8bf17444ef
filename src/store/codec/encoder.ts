import type { Reading } from "../../meters/profile"
import { BitWriter } from "./bits"
import { type BlockHeader, BODY_AT, MOST_READINGS, seal, writeHeader } from "./block"
import { Kind, MOST_METERS, NUMBER_BITS, TAG_BITS } from "./kind"
import { type Predictor, QUIET } from "./predictor"
import { putRice, zigzag } from "./rice"
import { type MeterLayouts, Roster } from "./roster"

/** Writes readings into one block, one at a time. */
export class BlockEncoder {
    readonly block: Buffer
    /** Readings in the block. */
    count = 0
    /** Time of the last one, as the decoder will tell it. */
    at: number
    private readonly writer: BitWriter
    private readonly roster = new Roster()

    // of the reading in hand:
    private predictor: Predictor
    private isNew = false
    /** Periods since the meter's last reading, and ms on top. */
    private periods = 1
    private delay = 0
    /** How far each field is from what was predicted, without sign. */
    private readonly deviations: number[] = []
    private otherFields = false
    /** Whatever is quiet as a rule is quiet. */
    private calm = false
    private repeated = false

    /**
     * @param size bytes of the block
     * @param tolerance a reading so close to its time, in ms, counts as on time; 0 keeps every millisecond
     */
    constructor(
        private readonly layouts: MeterLayouts,
        size: number,
        readonly header: BlockHeader,
        private readonly tolerance: number,
    ) {
        this.block = Buffer.alloc(size)
        this.writer = new BitWriter(this.block, BODY_AT, size)
        this.at = header.at
        writeHeader(this.writer, header)
        this.writer.commit()
    }

    /**
     * Adds a reading of a configured meter.
     * @returns false when it does not fit; the block is then as it was before
     */
    append(reading: Reading): boolean {
        const { roster, writer } = this
        const number = roster.numberOf(reading.meter)
        if (this.count === MOST_READINGS || number === MOST_METERS) return false
        this.isNew = number === roster.predictors.length
        this.predictor = this.isNew
            ? roster.newPredictor(this.layouts.of(reading.meter))
            : roster.predictors[number]
        const at = this.timeOf(reading)
        this.compare(reading.values, at - this.predictor.at)
        this.putKind(number, at)
        this.putFields(reading.values)
        if (!writer.commit()) return false
        this.predictor.learn(at, this.delay, reading.values, this.deviations, this.repeated)
        roster.came(number, this.predictor)
        this.at = at
        this.count++
        return true
    }

    /** Completes the block as it stands. More readings may follow, and another seal. */
    seal() {
        seal(this.block, this.count)
    }

    /** @returns the time as the decoder will tell it */
    private timeOf(reading: Reading): number {
        this.periods = 1
        this.delay = 0
        if (this.isNew) return reading.at
        const { period } = this.header
        const since = reading.at - this.predictor.at
        this.periods = Math.max(1, Math.floor(since / period + 0.5))
        const due = this.predictor.at + this.periods * period
        if (Math.abs(reading.at - due) <= this.tolerance) return due
        this.delay = reading.at - due
        return reading.at
    }

    private compare(values: number[], elapsed: number) {
        const { predictor, deviations } = this
        const { known, fits } = predictor
        let otherFields = false
        let calm = this.delay === 0 || predictor.timeFit >= QUIET
        let lively = false
        let moved = false
        for (let i = 0; i < values.length; i++) {
            const value = values[i]
            deviations[i] = 0
            if ((value !== undefined) !== known[i]) otherFields = true
            if (value === undefined) continue
            const deviation = value - predictor.predict(i, values, elapsed)
            if (predictor.isLively(i)) {
                lively = true
                if (deviation !== 0) moved = true
            } else if (deviation !== 0 && fits[i] >= 0 && fits[i] < QUIET) {
                calm = false
            }
            deviations[i] = zigzag(deviation)
        }
        this.otherFields = otherFields
        this.calm = calm
        this.repeated = lively && !moved
    }

    private putKind(number: number, at: number) {
        const { writer, periods, calm } = this
        const otherMeter = number !== this.roster.expected()
        const unusual = otherMeter || this.otherFields || periods !== 1
        if (unusual || !calm) this.repeated = false
        let kind = this.repeated ? Kind.repeated : Kind.usual
        if (unusual) kind = Kind.unusual
        else if (!calm) kind = Kind.restless
        writer.put(unusual ? 7 : (2 << kind) - 2, Math.min(kind + 1, Kind.unusual))
        if (unusual) {
            writer.putFlag(otherMeter)
            if (otherMeter) writer.put(number, NUMBER_BITS)
        }
        if (this.isNew) {
            writer.put(this.predictor.layout.tag, TAG_BITS)
            writer.putSized(zigzag(at - this.at))
        }
        if (unusual) {
            writer.putFlag(periods !== 1)
            if (periods !== 1) writer.putSized(periods)
            writer.putFlag(!calm)
            writer.putFlag(this.otherFields)
        }
    }

    private putFields(values: number[]) {
        const { writer, predictor, calm, repeated, deviations } = this
        if (this.otherFields) for (const value of values) writer.putFlag(value !== undefined)
        if (!this.isNew && !(calm && predictor.timeFit < QUIET)) {
            putRice(writer, predictor.timeFit, zigzag(this.delay))
        }
        for (let i = 0; i < values.length; i++) {
            if (values[i] === undefined || predictor.skips(i, calm, repeated)) continue
            const fit = predictor.fits[i]
            if (fit < 0) writer.putSized(deviations[i])
            else putRice(writer, fit, deviations[i])
        }
    }
}
