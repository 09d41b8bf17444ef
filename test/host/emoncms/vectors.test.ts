import { afterEach, describe, expect, it } from "vitest"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { ManualClock } from "./manual-clock"
import { exchange, KeptConnection, parseReply, type RawReply } from "./raw-http"
import { fill, mapValues, READ_KEY, request, unmask, WRITE_KEY } from "./replay"
import { loadSequences, type Vector, type VectorFeed, type VectorResponse, type VectorState } from "./vectors"

/** The recordings were made on the morning of this day. */
const RECORDED = Date.parse("2026-11-22T06:00:00Z")

/** How far around their last value the recorder read feeds back, in seconds. */
const FEED_WINDOW = 2 * 86_400

type Framing = "content-length" | "chunked"

let server: EmonCmsServer | undefined
let kept: KeptConnection | undefined

afterEach(async () => {
    kept?.destroy()
    kept = undefined
    await server?.close()
    server = undefined
})

describe.each<Framing>(["content-length", "chunked"])("recorded answers, framing by %s", framing => {
    it.each([...loadSequences()])("%s", async (_, steps) => {
        const clock = new ManualClock(RECORDED)
        server = new EmonCmsServer({ clock, writeKey: WRITE_KEY, readKey: READ_KEY, framing })
        const { port } = await server.listen()
        for (const vector of steps) {
            await prepare(vector, server, port)
            const recorded = (framing === "chunked" && vector.nginx?.response) || vector.response
            if (recorded.raw)
                clock.advance(Date.parse(parseReply(recorded.raw).headers.get("Date")!) - clock.now())
            const reply = await send(vector, port, framing)
            checkReply(reply, recorded, vector, framing, { port, clock })
            const state = (framing === "chunked" && vector.nginx?.state_after) || vector.state_after
            if (state) await checkState(state, server, port, clock)
        }
    })
})

/** Sets up the precondition that a recording names. */
async function prepare(
    { precondition = "", step }: Vector,
    server: EmonCmsServer,
    port: number,
): Promise<void> {
    server.displayErrors = !precondition.includes("display_errors = false")
    server.databaseDown = precondition.startsWith("MariaDB stopped")
    server.redisDown = precondition.startsWith("Redis stopped")
    if (precondition === "Redis restarted empty") server.flushRedis()
    if (precondition.startsWith("32 nodes exist") && step === 1) {
        const rows = Array.from({ length: 32 }, (_, i) => `[0,"n${i}",{"p":1}]`)
        const body = `time=1700000000&data=[${rows}]`
        const headers = { "Content-Type": "application/x-www-form-urlencoded" }
        await exchange(port, request("POST", `/input/bulk?apikey=${WRITE_KEY}`, headers, body))
    }
}

async function send(vector: Vector, port: number, framing: Framing): Promise<RawReply> {
    const { method, headers, http_version: version } = vector.request
    const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)]))
    const host = vector.name !== "no Host header"
    const bytes = request(method, recordedPath(vector), filled, recordedBody(vector), { version, host })
    if (headers.Connection !== "keep-alive") return exchange(port, bytes)
    kept ??= new KeptConnection(port)
    if (vector.name === "keep-alive: last request the server allows") {
        const before = (framing === "chunked" ? 1000 : 101) - 1
        for (let i = 3; i < before; i++) await kept.exchange(bytes.toString("latin1"))
    }
    return kept.exchange(bytes.toString("latin1"))
}

function recordedPath({ request: { path } }: Vector): string {
    return fill(path.replace("... (request line longer than 8190 bytes)", "1".repeat(8300)))
}

function recordedBody({ request: { body, body_base64, body_note } }: Vector): string | Buffer | null {
    if (body_base64) return Buffer.from(body_base64, "base64")
    if (!body_note) return body ? fill(body) : (body ?? null)
    const padded = /^(.*)\+\+\+\.\.\.\+\] padded to (\d+) bytes$/.exec(body_note)
    if (padded) return padded[1]!.padEnd(Number(padded[2]) - 1, "+") + "]"
    expect(body_note).toContain('[4990,"m",{"p":499}]]')
    const rows = Array.from({ length: 500 }, (_, i) => `[${i * 10},"m",{"p":${i}}]`)
    return `time=1700000000&data=[${rows}]`
}

interface Where {
    readonly port: number
    readonly clock: ManualClock
}

function checkReply(
    reply: RawReply,
    recorded: VectorResponse,
    { name, request: { method }, nginx }: Vector,
    framing: Framing,
    { port, clock }: Where,
): void {
    expect({ name, status: reply.status }).toEqual({ name, status: recorded.status })
    checkBody(reply.body, recorded, port)
    const expected = new Map(Object.entries(recorded.headers))
    expected.set("Date", new Date(clock.now()).toUTCString())
    if (recorded.body_match === "prefix" && expected.has("Content-Length")) {
        expected.set("Content-Length", String(reply.body.length))
    }
    if (framing === "chunked" && !nginx?.response) {
        expected.delete("Content-Length")
        if (method !== "HEAD") expected.set("Transfer-Encoding", "chunked")
    }
    for (const [header, value] of expected) {
        const sent = reply.headers.get(header)?.replace(/SESSID=[0-9a-z]{26};/, "SESSID=SESSION_ID;")
        expect({ name, [header]: sent }).toEqual({ name, [header]: value })
    }
    for (const header of ["Content-Length", "Transfer-Encoding", "Set-Cookie", "WWW-Authenticate"]) {
        expect({ name, header, sent: reply.headers.has(header) }).toEqual({
            name,
            header,
            sent: expected.has(header),
        })
    }
    if (recorded.raw) expect(reply.raw).toBe(recorded.raw)
}

function checkBody(
    body: string,
    { body: recorded, body_match, body_length }: VectorResponse,
    port: number,
): void {
    switch (body_match) {
        case "exact":
            expect(body).toBe(recorded)
            return
        case "pattern":
            expect(recorded).toBe("tHH,MM,SS")
            expect(body).toMatch(/^t\d\d,\d\d,\d\d$/)
            return
        case "masked":
            expect(body.replace(/<b>\/.{19}\//, "<b>EMONCMS_DIR/")).toBe(recorded)
            return
    }
    expect(body_match).toBe("prefix")
    expect(body.slice(0, recorded!.length)).toBe(recorded)
    // EmonCMS's HTML pages are not reproduced. Apache's pages contain the port, which had four digits when recorded.
    const apachePage = recorded!.startsWith("<!DOCTYPE HTML PUBLIC")
    if (!recorded!.startsWith("<!doctype html>")) {
        expect(body.length - (apachePage ? String(port).length - 4 : 0)).toBe(body_length)
    }
}

async function get(port: number, path: string): Promise<unknown> {
    const separator = path.includes("?") ? "&" : "?"
    const reply = await exchange(port, request("GET", `${path}${separator}apikey=${READ_KEY}`, {}, null))
    return JSON.parse(reply.body)
}

async function checkState(
    { inputs, feeds = {} }: VectorState,
    server: EmonCmsServer,
    port: number,
    clock: ManualClock,
): Promise<void> {
    if (inputs) {
        const now = Math.floor(clock.now() / 1000)
        const expected = mapValues(inputs, node =>
            mapValues(node, ({ time, value }) => ({ time: unmask(time, now), value })),
        )
        const read = (await get(port, "/input/get.json")) as Record<
            string,
            Record<string, Record<string, unknown>>
        >
        // A PHP list arrives as an array, whose indices are the names.
        const withoutProcesses = mapValues({ ...read }, node =>
            mapValues({ ...node }, ({ processList: _, ...last }) => last),
        )
        expect(withoutProcesses).toEqual(expected)
        const snapshot = mapValues(Object.fromEntries(server.inputs()), node => Object.fromEntries(node))
        expect(snapshot).toEqual(expected)
    }
    for (const [id, feed] of Object.entries(feeds)) await checkFeed(Number(id), feed, server, port)
}

async function checkFeed(
    id: number,
    recorded: VectorFeed,
    server: EmonCmsServer,
    port: number,
): Promise<void> {
    const engine = { PHPFINA: "5", PHPTIMESERIES: "2" }[recorded.engine]
    expect(await get(port, `/feed/aget.json?id=${id}`)).toMatchObject({ name: recorded.name, engine })
    expect(await get(port, `/feed/getmeta.json?id=${id}`)).toMatchObject({ id, ...recorded.meta })
    expect(await get(port, `/feed/timevalue.json?id=${id}`)).toEqual(recorded.last)
    const near = server.feedPoints(id).filter(([time]) => Math.abs(time - recorded.last.time) <= FEED_WINDOW)
    expect(near).toEqual(recorded.points_non_null)
}
