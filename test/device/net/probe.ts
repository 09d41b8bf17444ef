import * as ds from "@devicescript/core"
import { type Deadlines, HttpClient, type HttpRequest } from "../../../src/net/http"
import { SocketOwner } from "../../../src/net/socket"
import { SocketError } from "../../../src/net/socket-errors"
import { parseUrl } from "../../../src/net/url"

/** What a test wants to be requested. */
interface Job {
    readonly url: string
    readonly method: "GET" | "POST"
    readonly path: string
    readonly headers: string[]
    readonly body: string
    readonly within: Deadlines
}

const CONTROL: Deadlines = {
    turnMs: 60000,
    connectMs: 60000,
    sendMs: 1000,
    firstByteMs: 60000,
    replyMs: 60000,
}

const IDLE_MS = 200

/**
 * Fetches jobs from the test, makes the requests, and posts how they ended, for ever. The test is reached by the client
 * under test too.
 */
export async function probe(controlPort: number): Promise<void> {
    const http = new HttpClient(new SocketOwner())
    const control = parseUrl("http://127.0.0.1:" + controlPort)
    const ask: HttpRequest = { method: "GET", url: control, path: "/job", headers: [] }
    for (;;) {
        const { body } = await http.request(ask, CONTROL)
        if (body === "") {
            await ds.sleep(IDLE_MS)
            continue
        }
        const outcome = Buffer.from(JSON.stringify(await run(http, JSON.parse(body) as Job)))
        const report: HttpRequest = {
            method: "POST",
            url: control,
            path: "/outcome",
            headers: [],
            body: outcome,
        }
        await http.request(report, CONTROL)
    }
}

async function run(http: HttpClient, job: Job): Promise<object> {
    const start = ds.millis()
    try {
        const { method, path, headers, body, within } = job
        const request: HttpRequest = {
            method,
            path,
            headers,
            url: parseUrl(job.url),
            body: body === undefined ? undefined : Buffer.from(body),
        }
        const reply = await http.request(request, within)
        return { status: reply.status, date: reply.date, body: reply.body, ms: ds.millis() - start }
    } catch (e) {
        const error = e as Error
        const phase = error instanceof SocketError ? error.phase : null
        return { error: error.name, message: error.message, phase, ms: ds.millis() - start }
    }
}
