import type { TimeValue } from "../redis"
import type { FeedEngine, FeedMeta, FeedPoint, Range } from "./engine"

/** The longest gap that is bridged, in slots (5 years at 10 s). A point after a longer gap is dropped. */
const MAX_PADDING = 15_768_000

/** The file's header keeps the start time in 32 bits. */
const TIME_WRAP = 2 ** 32

/** The smallest interval that EmonCMS allows, in seconds. */
const MIN_INTERVAL = 10

/**
 * PHPFINA, the feed with a fixed interval: a start time and one value per slot. A time is rounded down to its slot. The
 * first point determines where the feed begins; earlier points are never accepted.
 */
export class PhpFina implements FeedEngine {
    private readonly interval: number
    private startTime = 0
    private npoints = 0
    private slots = new Float32Array(64)

    /**
     * @param interval seconds per slot; less than 10 becomes 10
     */
    constructor(interval: number) {
        this.interval = Math.max(MIN_INTERVAL, interval)
    }

    get meta(): FeedMeta {
        const { interval, startTime, npoints } = this
        return { interval, startTime, npoints, endTime: Math.max(0, startTime + interval * (npoints - 1)) }
    }

    get lastValue(): TimeValue | undefined {
        if (this.npoints === 0) return undefined
        return { time: this.meta.endTime, value: this.valueAt(this.npoints - 1) }
    }

    points(since = 0): FeedPoint[] {
        const points: FeedPoint[] = []
        const first = Math.max(0, Math.ceil((since - this.startTime) / this.interval))
        for (let slot = first; slot < this.npoints; slot++) {
            const value = this.valueAt(slot)
            if (value !== null) points.push([this.startTime + slot * this.interval, value])
        }
        return points
    }

    post(time: number, value: number, join: boolean): void {
        const slotTime = Math.floor(time / this.interval) * this.interval
        if (slotTime <= 0) return
        if (this.npoints === 0) {
            this.startTime = slotTime % TIME_WRAP
            this.append(value)
            return
        }
        const slot = Math.floor((slotTime - this.startTime) / this.interval)
        if (slot < 0) return
        if (slot < this.npoints) {
            this.slots[slot] = value
            return
        }
        const padding = slot - this.npoints
        if (padding > MAX_PADDING) return
        this.pad(padding, value, join)
        this.append(value)
    }

    read({ start, end, interval, limitInterval }: Range): [number, number | null][] {
        const multiple = Math.round(Math.max(interval, this.interval) / this.interval) * this.interval
        const step = limitInterval ? multiple : interval
        const values: [number, number | null][] = []
        const { endTime } = this.meta
        for (let time = start; time <= end; time += step) {
            const inside = time >= this.startTime && time <= endTime
            const slot = Math.floor((time - this.startTime) / this.interval)
            values.push([time, inside ? this.valueAt(slot) : null])
        }
        return values
    }

    private valueAt(slot: number): number | null {
        const value = slot < this.npoints ? this.slots[slot]! : Number.NaN
        return Number.isNaN(value) ? null : value
    }

    /** Fills the gap before a new value: with empty slots, or with a straight line from the last value. */
    private pad(slots: number, value: number, join: boolean): void {
        const last = this.slots[this.npoints - 1]!
        const rise = join ? (value - last) / (slots + 1) : Number.NaN
        let filler = last
        for (let i = 0; i < slots; i++) {
            filler += rise
            this.append(filler)
        }
    }

    private append(value: number): void {
        if (this.npoints === this.slots.length) {
            const larger = new Float32Array(this.slots.length * 2)
            larger.set(this.slots)
            this.slots = larger
        }
        this.slots[this.npoints++] = value
    }
}
