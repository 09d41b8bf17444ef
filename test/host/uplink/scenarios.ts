import { inflateSync } from "node:zlib"
import { sleep } from "../../../sim/clock"
import { type Toxic, toxicNamed } from "../../../sim/toxics/toxic"
import type { Answered, Handling, Passing } from "./detour"
import { type UplinkRig, WRITE_KEY } from "./uplink-rig"

/** What the uplink must achieve in a situation. */
export type Expected =
    /** Everything is delivered. */
    | "delivered"
    /** Nothing is taken out of the queue. When the situation is over, each reading is stored once. */
    | "kept"
    /** The same from the first answer that shows the situation. Only readings that this answer acknowledged are gone. */
    | "held"
    /** One reading is set aside, the others are delivered. */
    | "set aside"

/** Something that goes wrong between the device and EmonCMS. */
export interface Scenario {
    readonly name: string
    readonly expected: Expected
    /** Whether it lasts from the device's first request on. */
    readonly atStart?: boolean
    /** Whether times are not multiples of the interval. */
    readonly unaligned?: boolean
    /** The settings that cause it. They cannot change while the program runs, so it lasts forever. */
    readonly settings?: Record<string, string | undefined>
    /** Begins it. @returns a function that ends it */
    begin(rig: UplinkRig): Promise<() => Promise<void>> | (() => Promise<void>)
}

const BULK = "/input/bulk.json"
const HTML = `<!doctype html>\n<html><h1>Welcome to the guest network</h1>${"<p>Please sign in.</p>".repeat(2200)}</html>`

/** Whether it is an upload with rows. The check of the key has none. */
function isUpload({ method, url, body }: Passing): boolean {
    return method === "POST" && url.startsWith(BULK) && body.toString() !== "data=[]"
}

function isCompressed({ url }: Passing): boolean {
    return url.includes("cb=1")
}

type Row = [number, string, ...Record<string, number>[]]

function rowsOf(passing: Passing): Row[] {
    const text = isCompressed(passing)
        ? inflateSync(passing.body).toString()
        : passing.body.toString().replace(/^data=/, "")
    return JSON.parse(text)
}

/** The same upload with these rows, not compressed. */
function withRows(passing: Passing, rows: Row[]): Passing {
    const headers = { ...passing.headers, "content-type": "application/x-www-form-urlencoded" }
    const url = passing.url.replace("cb=1&", "")
    return { ...passing, url, headers, body: Buffer.from(`data=${JSON.stringify(rows)}`) }
}

function withoutVoltage([time, node, ...values]: Row): Row {
    return [time, node, ...values.filter(value => !("voltage" in value))]
}

function detoured(
    name: string,
    expected: Expected,
    handling: (rig: UplinkRig) => Handling,
    more: Partial<Scenario> = {},
): Scenario {
    return {
        name,
        expected,
        ...more,
        begin: rig => {
            const usual = rig.detour.handling
            rig.detour.handling = handling(rig)
            return async () => {
                rig.detour.handling = usual
            }
        },
    }
}

/** Every request gets this answer. */
function answered(
    name: string,
    answer: (rig: UplinkRig) => Answered,
    more: Partial<Scenario> = {},
): Scenario {
    return detoured(name, "kept", rig => async () => answer(rig), more)
}

/** Every upload gets this answer. Other requests get their own. */
function uploadAnswered(name: string, status: number, body: string): Scenario {
    return detoured(
        name,
        "kept",
        rig => async (passing, forward) =>
            isUpload(passing) ? rig.detour.page(status, body) : forward(passing),
    )
}

function withHeaders(passing: Passing, authorization: string | undefined): Passing {
    const { authorization: _, ...others } = passing.headers
    return { ...passing, headers: authorization === undefined ? others : { ...others, authorization } }
}

function switched(name: string, change: (rig: UplinkRig, on: boolean) => void, expected: Expected): Scenario {
    return {
        name,
        expected,
        begin: rig => {
            change(rig, true)
            return async () => change(rig, false)
        },
    }
}

function toxic(description: string, expected: Expected, toxic: Toxic): Scenario {
    return {
        name: `${toxic.type}: ${description}`,
        expected,
        begin: async rig => {
            await rig.proxy.add(toxic)
            return () => rig.proxy.remove(toxic)
        },
    }
}

/** The server fails at one row of each upload that contains it. With `keepsEarlier` it stores the rows before. */
function badRow(name: string, failure: string, keepsEarlier: boolean): Scenario {
    const handling = (rig: UplinkRig): Handling => {
        let bad: number | undefined
        return async (passing, forward) => {
            if (!isUpload(passing)) return forward(passing)
            const base = Number(new URLSearchParams(passing.url.split("?")[1]).get("time"))
            const rows = rowsOf(passing)
            bad ??= base + rows.at(-1)![0]
            const at = rows.findIndex(
                ([offset, , ...values]) => base + offset === bad && values.some(value => "power" in value),
            )
            if (at < 0) return forward(passing)
            if (at > 0 && keepsEarlier) await forward(withRows(passing, rows.slice(0, at)))
            return rig.detour.page(200, failure)
        }
    }
    return detoured(name, "set aside", handling)
}

/** The first replies to uploads never arrive, although the server handles the uploads `delayMs` later. */
function lostReplies(name: string, count: number, delayMs: number): Scenario {
    const handling = (rig: UplinkRig): Handling => {
        let lost = 0
        return async (passing, forward) => {
            if (!isUpload(passing) || lost++ >= count) return forward(passing)
            const work = sleep(rig.clock, delayMs).then(() => forward(passing))
            if (delayMs === 0) await work
            return undefined
        }
    }
    return detoured(name, "delivered", handling)
}

function dated(change: (headers: Answered["headers"], rig: UplinkRig) => Answered["headers"]) {
    return (rig: UplinkRig): Handling =>
        async (passing, forward) => {
            const answer = await forward(passing)
            return { ...answer, headers: change(answer.headers, rig) }
        }
}

const FORMAT_ERROR = '{"success": false, "message": "Format error, json string supplied is not valid"}'
const FATAL = "<br />\n<b>Fatal error</b>:  Uncaught Error: "

/** Answers of EmonCMS and its web server. */
const ANSWERS: Scenario[] = [
    detoured("all is well", "delivered", () => (passing, forward) => forward(passing)),
    detoured("`ok` after PHP notices", "delivered", () => async (passing, forward) => {
        const answer = await forward(passing)
        const { "content-length": _, ...headers } = answer.headers
        const body = Buffer.concat([Buffer.from("<br />\n<b>Warning</b>: noise<br />\n"), answer.body])
        return isUpload(passing) ? { ...answer, headers, body } : answer
    }),
    detoured("wrong key", "kept", () => (passing, forward) => forward(withHeaders(passing, "Bearer 00"))),
    detoured(
        "wrong key from the start",
        "kept",
        () => (passing, forward) => forward(withHeaders(passing, "Bearer 00")),
        {
            atStart: true,
        },
    ),
    detoured("no key arrives", "kept", () => (passing, forward) => forward(withHeaders(passing, undefined))),
    detoured(
        "a key that may only read",
        "kept",
        rig => (passing, forward) => forward(withHeaders(passing, `Bearer ${rig.emoncms.readKey}`)),
    ),
    detoured(
        "a key that may only read, from the start",
        "kept",
        rig => (passing, forward) => forward(withHeaders(passing, `Bearer ${rig.emoncms.readKey}`)),
        { atStart: true },
    ),
    detoured(
        "mistyped path",
        "kept",
        () => (passing, forward) =>
            forward({ ...passing, url: passing.url.replace("/input", "/inputs").replace("/user", "/users") }),
    ),
    detoured(
        "mistyped path from the start",
        "kept",
        () => (passing, forward) => forward({ ...passing, url: `/emoncsm${passing.url}` }),
        { atStart: true },
    ),
    detoured(
        "mistyped action",
        "kept",
        () => (passing, forward) => forward({ ...passing, url: passing.url.replace("/bulk", "/bulks") }),
    ),
    uploadAnswered(
        "33rd node",
        200,
        `{"success": false, "message": "Error: Reached the maximal allowed number of different NodeIds, limit is 32. Node 'house' was ignored."}`,
    ),
    uploadAnswered("all data refused", 200, FORMAT_ERROR),
    uploadAnswered("refused in unknown words", 200, '{"success": false, "message": "No."}'),
    badRow("one row makes the batch unreadable", FORMAT_ERROR, false),
    badRow("PHP crashes at one row, those before it are stored", `${FATAL}strlen()`, true),
    detoured(
        "PHP without zlib",
        "delivered",
        rig => async (passing, forward) =>
            isCompressed(passing)
                ? rig.detour.page(200, `${FATAL}Call to undefined function gzuncompress()`)
                : forward(passing),
    ),
    switched(
        "database down",
        (rig, on) => {
            rig.emoncms.databaseDown = on
        },
        "kept",
    ),
    switched(
        "Redis down",
        (rig, on) => {
            rig.emoncms.redisDown = on
        },
        "kept",
    ),
    uploadAnswered("Redis cannot save", 200, `${FATAL}MISCONF Redis is configured to save RDB snapshots`),
    uploadAnswered("the disk is full", 200, `${FATAL}file_put_contents(): No space left on device`),
    uploadAnswered("every batch crashes PHP", 200, `${FATAL}strlen()`),
    uploadAnswered(
        "EmonCMS older than 9.8.10",
        200,
        '{"success": false, "message": "Username or password empty"}',
    ),
    detoured(
        "a value is not stored, from the start",
        "delivered",
        () => (passing, forward) =>
            forward(isUpload(passing) ? withRows(passing, rowsOf(passing).map(withoutVoltage)) : passing),
        { atStart: true },
    ),
    switched(
        "database down, PHP shows no errors",
        (rig, on) => {
            rig.emoncms.databaseDown = on
            rig.emoncms.displayErrors = !on
        },
        "kept",
    ),
    switched(
        "input creation disabled, inputs known",
        (rig, on) => {
            rig.emoncms.inputCreationDisabled = on
        },
        "delivered",
    ),
    uploadAnswered("body too large for the web server", 413, "<html>413 Request Entity Too Large</html>"),
    answered("the web server asks for a password", rig =>
        rig.detour.page(401, "<html>401</html>", { "www-authenticate": "Basic" }),
    ),
    answered("access forbidden", rig => rig.detour.page(403, "<html>403 Forbidden</html>")),
    answered("not found", rig => rig.detour.page(404, "<html>404 Not Found</html>")),
    answered("moved to https", rig => rig.detour.page(301, "", { location: "https://127.0.0.1/emoncms" })),
    answered("sent to another server", rig =>
        rig.detour.page(302, "", { location: "http://login.guests/hello" }),
    ),
    answered("the network asks for a log-in", rig => rig.detour.page(511, "<html>Log in</html>")),
    answered("http at a port of https", rig =>
        rig.detour.page(400, "<html>The plain HTTP request was sent to HTTPS port</html>"),
    ),
    answered("too many requests", rig => rig.detour.page(429, "slow down")),
    answered("bad gateway (php-fpm down)", rig => rig.detour.page(502, "<html>502 Bad Gateway</html>")),
    answered("a firewall wants other words", rig => rig.detour.page(406, "<html>Not Acceptable</html>")),
    answered("Cloudflare does not reach the server", rig => rig.detour.page(522, "error code: 522")),
    answered("gateway time-out", rig => rig.detour.page(504, "<html>504</html>")),
    answered("log-in page of a guest network", rig => rig.detour.page(200, HTML.slice(0, 900))),
    answered("log-in page of 45 KB", rig => rig.detour.page(200, HTML)),
    answered("log-in page of 45 KB, from the start", rig => rig.detour.page(200, HTML), { atStart: true }),
    answered("no HTTP that anybody understands", rig =>
        rig.detour.page(200, "ok", { "transfer-encoding": "gzip, chunked" }),
    ),
    answered("`not ok`", rig => rig.detour.page(200, "not ok")),
    answered("an empty page", rig => rig.detour.page(200, "")),
]

/** Faults of connections. */
const NETWORK: Scenario[] = [
    toxic("nobody listens", "kept", toxicNamed("down")),
    {
        name: "EmonCMS is restarted, Redis has forgotten",
        expected: "kept",
        begin: async rig => {
            await rig.takeServer()
            rig.emoncms.flushRedis()
            return async () => {
                await rig.bringServer()
            }
        },
    },
    lostReplies("the reply to an upload is lost", 1, 0),
    lostReplies("the replies to two uploads are lost", 2, 0),
    lostReplies("the reply is lost, the server works on", 1, 8000),
    toxic("2 s each way", "delivered", toxicNamed("latency")),
    toxic("replies with 1000 bytes a second", "delivered", { type: "bandwidth", rate: 1 }),
    toxic("uploads with 1000 bytes a second", "delivered", {
        type: "bandwidth",
        rate: 1,
        stream: "upstream",
    }),
    toxic("the end comes 20 s late", "delivered", toxicNamed("slow_close")),
    toxic("replies vanish", "kept", toxicNamed("timeout")),
    toxic("requests vanish", "kept", { type: "timeout", timeout: 0, stream: "upstream" }),
    toxic("replies vanish, closed after 3 s", "kept", { type: "timeout", timeout: 3000 }),
    toxic("at the reply", "kept", toxicNamed("reset_peer")),
    toxic("at the request", "kept", { type: "reset_peer", timeout: 0, stream: "upstream" }),
    toxic("in pieces of 50 bytes", "delivered", { type: "slicer", averageSize: 50, delay: 10 }),
    toxic("replies end after 100 bytes", "kept", toxicNamed("limit_data")),
    toxic("requests end after 100 bytes", "kept", { type: "limit_data", bytes: 100, stream: "upstream" }),
    toxic("half of the replies are lost", "delivered", { type: "limit_data", bytes: 60, toxicity: 0.5 }),
]

/** Faults of the server's clock. */
const CLOCK: Scenario[] = [
    detoured(
        "no `Date` header, from the start",
        "delivered",
        dated(headers => {
            const { date: _, ...others } = headers
            return others
        }),
        { unaligned: true, atStart: true },
    ),
    detoured(
        "the server's clock stands at 2020, from the start",
        "kept",
        dated((headers, rig) => ({
            ...headers,
            date: new Date(rig.clock.now() - 6.5 * 31_557_600_000).toUTCString(),
        })),
        { atStart: true },
    ),
    detoured(
        "the server's clock falls back to 1970",
        "held",
        dated(headers => ({
            ...headers,
            date: new Date(60_000).toUTCString(),
        })),
    ),
    detoured(
        "the server's clock is an hour fast",
        "held",
        dated((headers, rig) => ({ ...headers, date: new Date(rig.clock.now() + 3_600_000).toUTCString() })),
    ),
    detoured(
        "one date is a day off",
        "delivered",
        dated((headers, rig) => ({
            ...headers,
            date: new Date(
                rig.clock.now() + (rig.detour.seen.length % 4 === 0 ? 86_400_000 : 0),
            ).toUTCString(),
        })),
    ),
]

/** Settings that the owner has to correct. */
const SETTINGS: Scenario[] = [
    mistaken("EMON_KEY is missing", { EMON_KEY: undefined }),
    mistaken("EMON_KEY is too short", { EMON_KEY: WRITE_KEY.slice(1) }),
    mistaken("EMON_URL is no address", { EMON_URL: "emoncms.org" }),
    mistaken("EMON_URL holds a password", { EMON_URL: "http://me:secret@127.0.0.1" }),
    mistaken("EMON_NODE has a forbidden character", { EMON_NODE: "my&house" }),
]

function mistaken(name: string, settings: Record<string, string | undefined>): Scenario {
    return { name, expected: "kept", atStart: true, settings, begin: () => async () => {} }
}

export const SCENARIOS: readonly { readonly title: string; readonly scenarios: Scenario[] }[] = [
    { title: "Answers", scenarios: ANSWERS },
    { title: "Network", scenarios: NETWORK },
    { title: "Clock", scenarios: CLOCK },
    { title: "Settings", scenarios: SETTINGS },
]
