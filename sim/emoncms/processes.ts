import type { Feed, Feeds } from "./feeds/feeds"
import { toFloat, toInt } from "./php/number"
import type { Redis } from "./redis"

/** What processes work on. */
export interface Storage {
    readonly feeds: Feeds
    readonly redis: Redis
}

/** One step of a process list: takes a value, does its work, and returns the value for the next step. */
export interface Process {
    /** Number in encoded process lists. */
    readonly id: number
    readonly argument: "feed" | "value"
    run(storage: Storage, argument: string, time: number, value: number): number
}

/** An increment above this power, in W, counts as a fault of the meter. */
const MAX_POWER = 60_000

/** A gap of this length or longer, in seconds, adds nothing to Power to kWh. */
const MAX_ELAPSED = 7200

const DAY = 86_400

/** The supported processes of EmonCMS, by their names in `/input/process/set`. */
export const PROCESSES: ReadonlyMap<string, Process> = new Map<string, Process>([
    ["process__log_to_feed", onFeed(1, log(false))],
    ["process__log_to_feed_join", onFeed(65, log(true))],
    ["process__power_to_kwh", onFeed(4, powerToKwh)],
    ["process__accumulator", onFeed(14, accumulator)],
    ["process__kwh_to_kwhd", onFeed(23, kwhToKwhPerDay)],
    ["process__wh_accumulator", onFeed(34, registerAccumulator("whaccumulator", 3600))],
    ["process__kwh_accumulator", onFeed(64, registerAccumulator("kwhaccumulator", 3_600_000))],
    ["process__scale", onValue(2, (value, factor) => value * factor)],
    ["process__offset", onValue(3, (value, offset) => value + offset)],
])

type FeedStep = (storage: Storage, feed: Feed, time: number, value: number) => number

/** A process with a feed. If the feed is gone, the value passes unchanged. */
function onFeed(id: number, step: FeedStep): Process {
    return {
        id,
        argument: "feed",
        run(storage, argument, time, value) {
            const feed = storage.feeds.find(toInt(argument))
            return feed ? step(storage, feed, time, value) : value
        },
    }
}

function onValue(id: number, step: (value: number, argument: number) => number): Process {
    return { id, argument: "value", run: (_, argument, __, value) => step(value, toFloat(argument)) }
}

function log(join: boolean): FeedStep {
    return ({ feeds }, feed, time, value) => {
        feeds.post(feed, time, value, { join })
        return value
    }
}

/** Power to kWh: adds power (W) times the time since the last value, unless that is long ago. */
function powerToKwh({ feeds }: Storage, feed: Feed, time: number, power: number): number {
    const last = feeds.lastValue(feed)
    const elapsed = time - (last.time || time)
    const increment = elapsed > 0 && elapsed < MAX_ELAPSED ? (elapsed * power) / 3_600_000 : 0
    feeds.post(feed, time, (last.value ?? 0) + increment, { join: true })
    return power
}

/** Accumulator: adds the value to the feed's last value. */
function accumulator({ feeds }: Storage, feed: Feed, time: number, value: number): number {
    const total = (feeds.lastValue(feed).value ?? 0) + value
    feeds.post(feed, time, total, { join: true })
    return total
}

/**
 * Wh and kWh accumulator: a total that follows a register upwards, ignoring decreases and impossible increases. The first
 * value is only remembered.
 *
 * @param unit factor from register units per second to W
 */
function registerAccumulator(memory: string, unit: number): FeedStep {
    return ({ feeds, redis }, feed, time, register) => {
        const key = `process:${memory}:${feed.id}`
        const last = redis.get(key)
        let total = register
        if (last) {
            const lastTotal = feeds.lastValue(feed)
            const elapsed = time - (lastTotal.time ?? 0)
            const step = register - (last.value ?? 0)
            const plausible = elapsed > 0 && step > 0 && (step * unit) / elapsed < MAX_POWER
            total = (lastTotal.value ?? 0) + (plausible ? step : 0)
            feeds.post(feed, time, total, { join: true })
        }
        redis.set(key, time, register)
        return total
    }
}

/** kWh to kWh/d: a register's gain of the day, posted at the start of that day. */
function kwhToKwhPerDay({ feeds, redis }: Storage, feed: Feed, time: number, register: number): number {
    const key = `process:kwhtokwhd:${feed.id}`
    const last = redis.get(key)
    const highest = last ? Math.max(register, last.value ?? 0) : register
    if (last) {
        const today = feeds.lastValue(feed)
        const dayStart = startOfDay(time)
        const gained = highest - (last.value ?? 0)
        const sameDay = startOfDay(today.time ?? 0) === dayStart
        const total = sameDay ? (today.value ?? 0) + gained : gained
        feeds.post(feed, time, total, { join: false, slotTime: dayStart })
    }
    redis.set(key, time, highest)
    return highest
}

function startOfDay(time: number): number {
    return Math.floor(time / DAY) * DAY
}
