import type { TimeValue } from "../redis"

/** What a feed says of itself. */
export interface FeedMeta {
    /** Seconds between slots; of a feed with variable interval the mean, 1 if unknown. */
    readonly interval: number
    /** Time of the first point in seconds since the Unix epoch, 0 without points. */
    readonly startTime: number
    /** Time of the last point in seconds since the Unix epoch, 0 without points. */
    readonly endTime: number
    /** Number of points, empty slots included. */
    readonly npoints: number
    /** Value of the last point; only feeds with variable interval say it. */
    readonly endValue?: number | undefined
}

/** Time in seconds since the Unix epoch, and what was measured. */
export type FeedPoint = readonly [time: number, value: number]

/** What a range of a feed is read with. */
export interface Range {
    /** First and last time, in seconds since the Unix epoch. */
    readonly start: number
    readonly end: number
    /** Seconds between two values of the reply, at least 1. */
    readonly interval: number
    /** Whether the interval is rounded to a multiple of the feed's own. */
    readonly limitInterval: boolean
}

/** The file format of a feed, with its rules of what it takes. Values are kept as 32-bit floats. */
export interface FeedEngine {
    readonly meta: FeedMeta
    /** The last point, `undefined` without any. */
    readonly lastValue: TimeValue | undefined
    /** The points that have a value, from a time on if one is given. */
    points(since?: number): FeedPoint[]
    /**
     * Writes a point, or drops it silently by the rules of the format.
     *
     * @param join whether a gap before it is filled with a straight line
     */
    post(time: number, value: number, join: boolean): void
    /** Values of a range at multiples of an interval from its start, `null` where there is none. */
    read(range: Range): [time: number, value: number | null][]
}
