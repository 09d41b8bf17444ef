import type { TimeValue } from "../redis"

/** Metadata of a feed. */
export interface FeedMeta {
    /** Seconds between slots. For a feed with a variable interval the mean; 1 if unknown. */
    readonly interval: number
    /** Time of the first point in seconds since the Unix epoch, 0 without points. */
    readonly startTime: number
    /** Time of the last point in seconds since the Unix epoch, 0 without points. */
    readonly endTime: number
    /** Number of points, empty slots included. */
    readonly npoints: number
    /** Value of the last point. Only feeds with a variable interval report it. */
    readonly endValue?: number | undefined
}

/** Time in seconds since the Unix epoch, and the measured value. */
export type FeedPoint = readonly [time: number, value: number]

/** Parameters for reading a range of a feed. */
export interface Range {
    /** First and last time, in seconds since the Unix epoch. */
    readonly start: number
    readonly end: number
    /** Seconds between two values of the reply, at least 1. */
    readonly interval: number
    /** Whether the interval is rounded to a multiple of the feed's own. */
    readonly limitInterval: boolean
}

/** The file format of a feed, with its rules for accepting points. Values are kept as 32-bit floats. */
export interface FeedEngine {
    readonly meta: FeedMeta
    /** The last point; `undefined` if there is none. */
    readonly lastValue: TimeValue | undefined
    /** The points that have a value, from a time on if given. */
    points(since?: number): FeedPoint[]
    /**
     * Writes a point, or drops it silently by the rules of the format.
     *
     * @param join whether a gap before it is filled with a straight line
     */
    post(time: number, value: number, join: boolean): void
    /** Values of a range at multiples of the interval from its start; `null` where there is none. */
    read(range: Range): [time: number, value: number | null][]
}
