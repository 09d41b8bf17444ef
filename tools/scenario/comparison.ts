import type { FeedPoint } from "../../sim/emoncms/feeds/engine"
import type { Taken } from "./journal"
import type { Showing } from "./witness"

/** What became of one meter's readings. */
export interface Comparison {
    /** Readings in the feeds, with every value as the meter showed it. */
    readonly delivered: number
    /** Readings that are not in the feeds. */
    readonly missing: number
    /** Points in the feeds that the meter did not show within an hour of their time. */
    readonly wrong: number
    /** The largest distance between a reading and the time of its point, in s. */
    readonly timeErrorS: number
    /** Energy according to the feed minus energy according to the meter, from the first point to the last. */
    readonly energyErrorWh: number
}

/** How far from its reading to search for a point: first within this many slots, then within this many ms. */
const NEAR_SLOTS = 1
const FAR_MS = 3_600_000

/** Index of the energy among the values of a PZEM-016. */
const ENERGY = 3

interface Point {
    readonly at: number
    readonly values: string
    readonly energy: number
    claimed: boolean
}

/**
 * Compares a meter's readings with the points of its feeds.
 * @param taken readings of this meter in order of time
 * @param feeds points of its feeds, in the order of the meter's inputs
 * @param end readings and points from this time on, in ms, are not counted
 * @param energy index of the feed that counts Wh. Defaults to that of a PZEM-016
 */
export function compare(
    taken: readonly Taken[],
    showings: readonly Pick<Showing, "values">[],
    feeds: readonly (readonly FeedPoint[])[],
    { pollSeconds, end, energy = ENERGY }: { pollSeconds: number; end: number; energy?: number },
): Comparison {
    const points = pointsOf(feeds, energy)
    const byValues = groupByValues(points)
    const nearMs = NEAR_SLOTS * pollSeconds * 1000
    const counted = taken.filter(({ at }) => at < end)
    let left = taken
    let timeErrorS = 0
    for (const reach of [nearMs, FAR_MS]) {
        left = left.filter(({ at, values }) => {
            const found = nearest(byValues.get(textOf(values)) ?? [], at, reach)
            if (!found) return true
            found.claimed = true
            timeErrorS = Math.max(timeErrorS, Math.abs(found.at - at) / 1000)
            return false
        })
    }
    const missing = left.filter(({ at }) => at < end).length
    return {
        delivered: counted.length - missing,
        missing,
        wrong: points.filter(({ at, claimed }) => at < end && !claimed).length,
        timeErrorS,
        energyErrorWh: energyError(points, showings, energy),
    }
}

/** Joins the feeds into one point per time. */
function pointsOf(feeds: readonly (readonly FeedPoint[])[], energy: number): Point[] {
    const rows = new Map<number, (number | undefined)[]>()
    for (const [column, points] of feeds.entries()) {
        for (const [time, value] of points) {
            const row = rows.get(time) ?? []
            row[column] = value
            rows.set(time, row)
        }
    }
    return [...rows]
        .sort(([a], [b]) => a - b)
        .map(([time, row]) => ({
            at: time * 1000,
            values: textOf(row),
            energy: row[energy] ?? Number.NaN,
            claimed: false,
        }))
}

function groupByValues(points: readonly Point[]): Map<string, Point[]> {
    const groups = new Map<string, Point[]>()
    for (const point of points) {
        const group = groups.get(point.values)
        if (group) group.push(point)
        else groups.set(point.values, [point])
    }
    return groups
}

/** The values as text, rounded to 32-bit floats as in feeds. */
function textOf(values: readonly (number | undefined)[]): string {
    return values.map(value => (value === undefined ? "" : Math.fround(value))).join(" ")
}

function nearest(points: readonly Point[], at: number, reach: number): Point | undefined {
    let best: Point | undefined
    for (const point of points) {
        const distance = Math.abs(point.at - at)
        if (point.claimed || distance > reach) continue
        if (!best || distance < Math.abs(best.at - at)) best = point
    }
    return best
}

function energyError(
    points: readonly Point[],
    showings: readonly Pick<Showing, "values">[],
    energy: number,
): number {
    const [first, last] = [points[0], points.at(-1)]
    if (!first || !last) return 0
    const begin = showings.findIndex(({ values }) => values[energy] === first.energy)
    const end = showings.findLastIndex(({ values }) => values[energy] === last.energy)
    const shown = showings.slice(begin, end + 1).map(({ values }) => values[energy]!)
    return gain(points.map(({ energy }) => energy)) - gain(shown)
}

/** What a register has counted in total, even if it was reset to 0. */
function gain(register: readonly number[]): number {
    let sum = 0
    for (let i = 1; i < register.length; i++) {
        const step = register[i]! - register[i - 1]!
        sum += step >= 0 ? step : register[i]!
    }
    return sum
}
