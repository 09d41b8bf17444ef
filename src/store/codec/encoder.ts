import type { Reading } from "../../meters/profile"
import { zigzag } from "./bit-stream"
import { type BlockHeader, MOST_READINGS, seal } from "./block"
import { BlockCoder, type MeterLayouts, REPEATED, RESTLESS, UNUSUAL, USUAL } from "./coder"

/** Most meters in one block. */
const MOST_METERS = 15

/** Writes readings into a block, one at a time. */
export class BlockEncoder extends BlockCoder {
    /**
     * @param size bytes of the block
     * @param tolerance a reading so close to its time, in ms, counts as on time; 0 keeps every millisecond
     */
    constructor(
        layouts: MeterLayouts,
        size: number,
        header: BlockHeader,
        private readonly tolerance: number,
    ) {
        super(layouts, Buffer.alloc(size), header)
        this.stream.flush()
    }

    /**
     * Adds a reading of a configured meter.
     * @returns false when it does not fit; then the block is full and takes no more
     */
    append(reading: Reading): boolean {
        const { predictors } = this
        const { meter, values } = reading
        const known = predictors.findIndex(p => p.layout.meter === meter)
        this.number = known < 0 ? predictors.length : known
        if (this.count === MOST_READINGS || this.number === MOST_METERS) return false
        this.predictor = known < 0 ? this.newPredictor(this.layouts.of(meter)) : predictors[known]
        this.values = values
        this.tellTime(reading.at, known < 0)
        this.compare()
        this.code()
        if (!this.stream.flush()) return false
        this.learn()
        return true
    }

    /** Completes the block as it stands. More readings may follow, and another seal. */
    seal() {
        seal(this.block, this.count)
    }

    private tellTime(at: number, isNew: boolean) {
        this.periods = 1
        this.delay = 0
        this.at = at
        if (isNew) return
        const { period } = this.header
        const last = this.predictor.at
        this.periods = Math.max(1, Math.floor((at - last) / period + 0.5))
        this.delay = at - last - this.periods * period
        if (Math.abs(this.delay) > this.tolerance) return
        this.at = at - this.delay
        this.delay = 0
    }

    /** Finds out what kind of reading it is. */
    private compare() {
        const { predictor, values, deviations } = this
        const elapsed = this.at - predictor.at
        let allKnown = true
        let calm = this.delay === 0 || !predictor.isPunctual()
        let kind = USUAL
        let moved = false
        for (let i = 0; i < values.length; i++) {
            const value = values[i]
            const deviation = value === undefined ? 0 : value - predictor.predict(i, values, elapsed)
            if (value === undefined) allKnown = false
            if (predictor.isLively(i)) kind = REPEATED
            if (deviation !== 0) {
                if (predictor.isQuiet(i)) calm = false
                else if (predictor.isLively(i)) moved = true
            }
            deviations[i] = zigzag(deviation)
        }
        if (moved) kind = USUAL
        if (!calm) kind = RESTLESS
        if (!allKnown || this.periods !== this.usualPeriods(predictor) || this.number !== this.expected)
            kind = UNUSUAL
        this.allKnown = allKnown
        this.calm = calm
        this.kind = kind
    }
}
