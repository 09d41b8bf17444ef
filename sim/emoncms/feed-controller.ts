import type { Context } from "./context"
import { type Feed, type Feeds, isEngine } from "./feeds/feeds"
import { decodeJson, type JsonReply } from "./php/json"
import { type PhpValue, toFloat, toInt } from "./php/number"
import type { Notices } from "./php/output"
import { isUtf8 } from "./php/text"
import { jsonOutput, notFound, type Output, textOutput } from "./reply"

/** Most values that one request can read (`max_datapoints`). */
const MAX_POINTS = 20_000

/** Times from here on are in milliseconds, in `/feed/data`. */
const MILLISECONDS_FROM = 1e11

/** Answers `/feed/...json`, as far as a test or a person needs it to create a feed and read it back. */
export function feedController(context: Context, feeds: Feeds, userId: number): Output {
    const { release, route, session, query } = context
    if (route.action === "getid" && session.read)
        return textOutput(release, String(findId(query, feeds) ?? ""))
    const content = answer(context, feeds, userId)
    if (content !== undefined) return jsonOutput(content)
    return release.notFoundIsObject ? notFound(context) : jsonOutput(false)
}

/** Finds a feed by tag and name, or by name alone. */
function findId(query: Context["query"], feeds: Feeds): number | undefined {
    const tag = query.get("tag")
    const name = query.get("name") ?? ""
    return feeds.all().find(feed => feed.name === name && (tag === undefined || feed.tag === tag))?.id
}

/** The answer; `undefined` for an unknown action. */
function answer(context: Context, feeds: Feeds, userId: number): JsonReply | undefined {
    const { route, session, query } = context
    if (route.action === "create" && session.write) return create(context, feeds)
    if (route.action === "list") {
        const withMeta = toInt(query.get("meta") ?? "0") !== 0
        if (!session.read) return false
        return feeds
            .all()
            .map(feed => ({ ...describe(feed, feeds, userId), ...(withMeta ? meta(feed) : {}) }))
    }
    const id = toInt(query.get("id") ?? "0")
    const feed = session.read ? feeds.find(id) : undefined
    if (route.action === "data" && !feed) return doesNotExist(`feed ${id} does not exist`, [id])
    if (!feed) return doesNotExist("Feed does not exist")
    switch (route.action) {
        case "aget":
            return describe(feed, feeds, userId)
        case "getmeta":
            return { id: feed.id, ...meta(feed), ...endValue(feed) }
        case "timevalue":
            return { ...feeds.lastValue(feed) }
        case "data":
            return data(context, feed)
        default:
            return undefined
    }
}

function doesNotExist(message: string, feeds?: number[]): JsonReply {
    return { success: false, message, ...(feeds ? { feeds } : {}) }
}

function failure(message: string): JsonReply {
    return { success: false, message }
}

function create({ release, query, notices }: Context, feeds: Feeds): JsonReply {
    const name = query.get("name") ?? ""
    const tag = query.get("tag") ?? ""
    if (release.noticesNothing) noticeMissing(query, notices)
    const engineId = toInt(query.get("engine") ?? "0")
    if (!isFeedName(name)) return failure("invalid characters in feed name")
    if (!isFeedName(tag)) return failure("invalid characters in feed tag")
    if (!isEngine(engineId)) return failure(`ABORTED: Engine id ${engineId} is not supported.`)
    if (feeds.exists(tag, name)) return failure("feed already exists")
    const options = decodeJson(query.get("options") ?? "") ?? null
    const interval = toInt(member(options, "interval"))
    const feed = feeds.create({ name, tag, engineId, unit: query.get("unit") ?? "", interval })
    return { success: true, feedid: feed.id, result: true }
}

/** PHP's notices about a feed that is created without its parameters. */
function noticeMissing(query: Context["query"], notices: Notices): void {
    const file = "Modules/feed/feed_model.php"
    if (!query.has("options")) notices.missingJson("Modules/feed/feed_controller.php", 102)
    const lines = [query.has("name") ? [] : [99, 344], query.has("tag") ? [] : [100]].flat()
    for (const line of lines.sort((a, b) => a - b)) {
        const message =
            "preg_replace(): Passing null to parameter #3 ($subject) of type array|string is deprecated"
        notices.print("Deprecated", message, { file, line })
    }
    if (query.get("engine") === "5" && !query.has("options")) {
        notices.print("Warning", 'Attempt to read property "interval" on null', { file, line: 126 })
    }
}

function isFeedName(name: string): boolean {
    return isUtf8(name) && /^[\p{N}\p{L}_\s\-:]*$/u.test(name)
}

function member(value: PhpValue, name: string): PhpValue {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value[name] ?? null) : null
}

/** A feed as it appears in the account's list. Redis keeps these fields as text. */
function describe(feed: Feed, feeds: Feeds, userId: number): { [field: string]: JsonReply } {
    const { time, value } = feeds.lastValue(feed)
    return {
        id: String(feed.id),
        userid: String(userId),
        name: feed.name,
        tag: feed.tag,
        public: "",
        size: "0",
        engine: String(feed.engineId),
        unit: feed.unit,
        ...(time === null ? { time, value } : { value, time }),
    }
}

function meta({ engine }: Feed): { [field: string]: JsonReply } {
    const { interval, startTime, npoints, endTime } = engine.meta
    return { interval, start_time: startTime, npoints, end_time: endTime }
}

function endValue({ engine }: Feed): { [field: string]: JsonReply } {
    const { endValue } = engine.meta
    return endValue === undefined ? {} : { end_value: endValue }
}

/** `/feed/data` with a fixed interval: pairs of time (milliseconds, unless `timeformat=unix`) and value. */
function data({ release, query }: Context, { engine }: Feed): JsonReply {
    const start = toSeconds(query.get("start") ?? "")
    const end = toSeconds(query.get("end") ?? "")
    if (end <= start) return failure("Request end time before start time")
    const interval = readInterval(query.get("interval") ?? "0", end - start, engine.meta.interval)
    if (interval < 1) return failure("Invalid interval")
    const wanted = Math.round((end - start) / interval)
    if (wanted > MAX_POINTS) {
        return failure(
            `request datapoint limit reached (${MAX_POINTS}), increase request interval or reduce time range, ` +
                `requested datapoints = ${wanted}`,
        )
    }
    const limitInterval = toInt(query.get("limitinterval") ?? "0") !== 0
    const values = engine.read({ start, end, interval, limitInterval })
    const skipMissing = toInt(query.get("skipmissing") ?? Number(release.skipsMissing)) !== 0
    const scale = query.get("timeformat") === "unix" ? 1 : 1000
    return values
        .filter(([, value]) => value !== null || !skipMissing)
        .map(([time, value]) => [time * scale, value])
}

/** Seconds between two values. Without a useful number, chosen so that about 800 values fit. */
function readInterval(interval: string, period: number, original: number): number {
    if (interval === "original") return original
    return toInt(interval) || Math.round(period / 800)
}

function toSeconds(time: string): number {
    const number = toFloat(time)
    return Math.trunc(number > MILLISECONDS_FROM ? number / 1000 : number)
}
