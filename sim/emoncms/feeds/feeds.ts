import type { Redis, TimeValue } from "../redis"
import { UNKNOWN } from "../redis"
import type { FeedEngine, FeedPoint } from "./engine"
import { PhpFina } from "./phpfina"
import { PhpTimeSeries } from "./phptimeseries"

/**
 * EmonCMS's ids of the engines that exist here: PHPFINA (5), PHPTIMESERIES (2), and MYSQL (0), which behaves like
 * PHPTIMESERIES.
 */
export type EngineId = 0 | 2 | 5

export function isEngine(id: number): id is EngineId {
    return id === 0 || id === 2 || id === 5
}

/** A time series of the account. */
export interface Feed {
    readonly id: number
    readonly name: string
    readonly tag: string
    readonly engineId: EngineId
    readonly unit: string
    readonly engine: FeedEngine
}

/** Parameters of a new feed. */
export interface FeedOptions {
    readonly name: string
    readonly tag: string
    readonly engineId: EngineId
    readonly unit: string
    /** Seconds per slot, only for PHPFINA. */
    readonly interval: number
}

/** The feeds of the account. Ids count up from 1. */
export class Feeds {
    private readonly feeds: Feed[] = []

    constructor(private readonly redis: Redis) {}

    all(): readonly Feed[] {
        return this.feeds
    }

    find(id: number): Feed | undefined {
        return this.feeds.find(feed => feed.id === id)
    }

    /** Names are unique within a tag. */
    exists(tag: string, name: string): boolean {
        return this.feeds.some(feed => feed.tag === tag && feed.name === name)
    }

    create({ interval, ...description }: FeedOptions): Feed {
        const engine = description.engineId === 5 ? new PhpFina(interval) : new PhpTimeSeries()
        const feed = { id: this.feeds.length + 1, ...description, engine }
        this.feeds.push(feed)
        return feed
    }

    /** Writes a point. Even a point that the engine drops becomes the feed's last value. */
    post(feed: Feed, time: number, value: number, options: { join: boolean; slotTime?: number }): void {
        feed.engine.post(options.slotTime || time, value, options.join)
        this.redis.set(`feed:${feed.id}`, time, value)
    }

    /** The last posted value; after a restart of Redis that of the newest point. */
    lastValue(feed: Feed): TimeValue {
        return this.redis.get(`feed:${feed.id}`) ?? feed.engine.lastValue ?? UNKNOWN
    }

    /** The points of a feed that have a value, from a time on; none for an unknown feed. */
    points(id: number, since = 0): FeedPoint[] {
        return this.find(id)?.engine.points(since) ?? []
    }
}
