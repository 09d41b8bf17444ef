import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterEach, describe, expect, it } from "vitest"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { ManualClock } from "./manual-clock"
import { exchange, KeptConnection, type RawReply } from "./raw-http"
import { fill, mapValues, READ_KEY, request, unmask, WRITE_KEY } from "./replay"

/** One recorded request, and the answer of the releases that `version` lists; see test/data/emoncms/README.md. */
interface OldVector {
    readonly version: readonly string[]
    readonly name: string
    readonly sequence: string
    readonly step: number
    readonly precondition?: string
    readonly request: {
        readonly method: string
        readonly path: string
        readonly headers: Readonly<Record<string, string>>
        readonly body: string | null
        readonly body_base64?: string
        readonly body_note?: string
    }
    readonly response: {
        readonly status: number
        readonly headers: Readonly<Record<string, string>>
        readonly body: string
        readonly body_match: "exact" | "suffix" | "masked" | "prefix"
    }
    readonly state_after?: { readonly inputs?: OldInputs; readonly feeds?: OldFeeds }
}

type OldInputs = Readonly<
    Record<string, Readonly<Record<string, { time: number | string | null; value: number | null }>> | number>
>

type OldFeeds = Readonly<Record<string, { readonly points: Readonly<Record<string, number>> }>>

const FILE = fileURLToPath(new URL("../../data/emoncms/old-vectors.json", import.meta.url))
const VECTORS = JSON.parse(readFileSync(FILE, "utf8")) as OldVector[]

/** Older than 9.8.10. The program refuses these releases by name, and the stand-in cannot imitate them. */
const TOO_OLD = ["9.8.8", "9.7.7", "9.7.7 Authorization passed", "8.5.2"]
const RECORDED = [...new Set(VECTORS.flatMap(({ version }) => version))].filter(v => !TOO_OLD.includes(v))

/** In these sequences the recorder kept the content types of post and bulk; in others it wrote those of the newest release. */
const TYPES_KEPT = ["key", "bulk", "keys"]

let server: EmonCmsServer | undefined

afterEach(async () => {
    await server?.close()
    server = undefined
})

it("the recordings cover sixteen releases, four of them also on PHP 8.2", () => {
    expect(RECORDED).toHaveLength(20)
    expect(RECORDED).toContain("9.8.10")
    expect(RECORDED).toContain("11.16.8")
})

describe.each(RECORDED)("recorded answers of %s", recordedVersion => {
    const vectors = VECTORS.filter(({ version }) => version.includes(recordedVersion))
    const names = [...new Set(vectors.map(({ sequence }) => sequence))]
    it.each(names)("%s", async name => {
        const steps = vectors.filter(({ sequence }) => sequence === name).sort(byOrder)
        const clock = new ManualClock(Date.parse("2026-11-22T06:00:00Z"))
        const version = recordedVersion.replace(" PHP 8.2", "-php8.2")
        server = new EmonCmsServer({ clock, writeKey: WRITE_KEY, readKey: READ_KEY, version })
        const { port } = await server.listen()
        for (const vector of steps) {
            server.databaseDown = vector.precondition?.endsWith("MariaDB stopped") ?? false
            server.redisDown = vector.precondition?.endsWith("Redis stopped") ?? false
            checkReply(await send(vector, port), vector, recordedVersion)
            checkState(vector, server, Math.floor(clock.now() / 1000))
        }
    })
})

/**
 * The order in which the recorder asked. Where releases were asked different things, several requests share one number. Then
 * process lists were set before rows were sent, the request with a bad row came last, and feeds were read after that.
 */
function byOrder(one: OldVector, other: OldVector): number {
    return one.step - other.step || rank(one) - rank(other)
}

function rank({ name }: OldVector): number {
    if (name.startsWith("process list")) return 0
    if (name.startsWith("the second of three")) return 2
    return name === "feed/data" ? 3 : 1
}

async function send(vector: OldVector, port: number): Promise<RawReply> {
    const { method, path, headers } = vector.request
    const bytes = request(method, fill(path), mapValues(headers, fill), bodyOf(vector))
    if (headers.Connection !== "keep-alive") return exchange(port, bytes)
    const kept = new KeptConnection(port)
    try {
        return await kept.exchange(bytes.toString("latin1"))
    } finally {
        kept.destroy()
    }
}

function bodyOf({ request: { body, body_base64, body_note } }: OldVector): string | Buffer | null {
    if (body_base64) return Buffer.from(body_base64, "base64")
    if (!body_note) return body === null ? null : fill(body)
    expect(body_note).toBe("33 rows, node n0 to n32")
    return `data=[${Array.from({ length: 33 }, (_, i) => `[0,"n${i}",{"power":1}]`)}]`
}

function checkReply(reply: RawReply, vector: OldVector, version: string): void {
    const { name, sequence, request: asked, response: recorded } = vector
    const isPage = recorded.body.startsWith("<!doctype html>")
    // These releases came with PHP 7. There, the line that ends their pages on PHP 8 causes no error.
    const pageOfPhp7 = version === "10.1.9" && recorded.body.includes("nav_functions.php")
    expect({ name, status: reply.status }).toEqual({ name, status: recorded.status })
    if (pageOfPhp7) return
    checkBody(reply.body, vector, version)
    const answersText = recorded.headers["Content-Type"]?.startsWith("text/plain")
    for (const [header, value] of Object.entries(recorded.headers)) {
        if (header === "Content-Type" && answersText && !TYPES_KEPT.includes(sequence)) continue
        // EmonCMS's HTML pages are not reproduced. That of 10.2.7 begins a session even for a key.
        if (isPage && (header === "Transfer-Encoding" || header === "Set-Cookie")) continue
        const sent = reply.headers.get(header)
        if (header === "Set-Cookie")
            expect({ name, cookie: sent }).toEqual({ name, cookie: expect.anything() })
        else if (value.endsWith("...")) expect(sent?.startsWith(value.slice(0, -3))).toBe(true)
        else expect({ name, [header]: sent }).toEqual({ name, [header]: value })
    }
    const framed = asked.method !== "HEAD"
    expect({ name, framed: reply.headers.has("Content-Length") }).toEqual({ name, framed })
    for (const header of isPage ? [] : ["Set-Cookie", "WWW-Authenticate"]) {
        expect({ name, header, sent: reply.headers.has(header) }).toEqual({
            name,
            header,
            sent: header in recorded.headers,
        })
    }
}

function checkBody(body: string, { name, response: recorded }: OldVector, version: string): void {
    const masked = body
        .replace(/(?<=[ >])\/[^ <>]{19}\/(?=[a-zA-Z/_]+\.php)/g, "EMONCMS_DIR/")
        .replace(/(on line <b>)\d+/g, "$1LINE")
        .replace(/(\.php)([:(])\d+/g, "$1$2LINE")
        .replace(/(from float )[\d.]+/g, "$1NUMBER")
    switch (recorded.body_match) {
        case "exact":
            expect({ name, body }).toEqual({ name, body: recorded.body })
            return
        case "masked": {
            const text = recorded.body.replace("VERSION", version.replace(" PHP 8.2", ""))
            // With the version number the recorder also hid the notices before it, which older releases print on PHP 8.2.
            const shown = name === "version" ? masked.slice(-text.length) : masked
            expect({ name, body: shown }).toEqual({ name, body: text })
            return
        }
        case "suffix":
            expect({ name, end: masked.slice(-recorded.body.length) }).toEqual({ name, end: recorded.body })
            return
        case "prefix":
            // The recorder removed the "PHP notices before it".
            expect({ name, body: masked.slice(masked.indexOf(recorded.body.slice(0, 24))) }).toEqual({
                name,
                body: expect.stringMatching(new RegExp(`^${escaped(recorded.body)}`)),
            })
    }
}

function escaped(text: string): string {
    return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")
}

function checkState({ name, state_after: state = {} }: OldVector, server: EmonCmsServer, now: number): void {
    const { inputs, feeds = {} } = state
    const snapshot = mapValues(Object.fromEntries(server.inputs()), node => Object.fromEntries(node))
    if (inputs && "count of nodes" in inputs) {
        expect({ name, nodes: Object.keys(snapshot).length }).toEqual({
            name,
            nodes: inputs["count of nodes"],
        })
    } else if (inputs) {
        const expected = mapValues(inputs as Exclude<OldInputs, number>, node =>
            mapValues(
                node as Record<string, { time: number | string | null; value: number | null }>,
                last => ({
                    time: unmask(last.time, now),
                    value: last.value,
                }),
            ),
        )
        expect({ name, inputs: snapshot }).toEqual({ name, inputs: expected })
    }
    for (const [id, { points }] of Object.entries(feeds)) {
        const stored = Object.fromEntries(server.feedPoints(Number(id)))
        expect({ name, points: stored }).toEqual({ name, points })
    }
}
