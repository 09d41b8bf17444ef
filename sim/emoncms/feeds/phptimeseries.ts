import type { TimeValue } from "../redis"
import type { FeedEngine, FeedMeta, FeedPoint, Range } from "./engine"

/** Times are kept in 32 bits. */
const TIME_WRAP = 2 ** 32

/**
 * PHPTIMESERIES, the feed with a variable interval: a list of points in time order. Only a newer point is added. An older
 * one replaces the point with exactly its time, or is dropped if there is none.
 */
export class PhpTimeSeries implements FeedEngine {
    private readonly times: number[] = []
    private readonly values: number[] = []

    get meta(): FeedMeta {
        const npoints = this.times.length
        const startTime = this.times[0] ?? 0
        const endTime = this.times[npoints - 1] ?? 0
        const interval = endTime > startTime ? (endTime - startTime) / (npoints - 1) : 1
        return { interval, startTime, endTime, npoints, endValue: this.values.at(-1) }
    }

    get lastValue(): TimeValue | undefined {
        const time = this.times.at(-1)
        return time === undefined ? undefined : { time, value: this.values.at(-1)! }
    }

    points(since = 0): FeedPoint[] {
        const first = this.firstFrom(since)
        return this.times.slice(first).map((time, i) => [time, this.values[first + i]!])
    }

    post(time: number, value: number): void {
        if (time <= 0) return
        const newest = this.times.at(-1)
        if (newest === undefined || time > newest) {
            this.times.push(time % TIME_WRAP)
            this.values.push(Math.fround(value))
            return
        }
        const index = this.firstFrom(time)
        if (this.times[index] === time) this.values[index] = Math.fround(value)
    }

    read({ start, end, interval }: Range): [number, number | null][] {
        const values: [number, number | null][] = []
        for (let time = start; time <= end; time += interval) {
            const index = this.firstFrom(time)
            const inside = index < this.times.length && this.times[index]! < time + interval
            values.push([time, inside ? this.values[index]! : null])
        }
        return values
    }

    /** Index of the first point at or after a time. */
    private firstFrom(time: number): number {
        let low = 0
        let high = this.times.length
        while (low < high) {
            const middle = (low + high) >> 1
            if (this.times[middle]! < time) low = middle + 1
            else high = middle
        }
        return low
    }
}
