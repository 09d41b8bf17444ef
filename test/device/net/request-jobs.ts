import * as ds from "@devicescript/core"
import type { Deadlines, HttpClient, HttpRequest } from "../../../src/net/http"
import { SocketError } from "../../../src/net/socket-errors"
import { parseUrl } from "../../../src/net/url"
import { serveJobs } from "./jobs"

/** A request that a test orders. */
interface Job {
    readonly url: string
    readonly method: "GET" | "POST"
    readonly path: string
    readonly headers: string[]
    readonly body: string
    readonly within: Deadlines
}

/** Makes the requests that a test orders. */
export async function serveRequests(port: number): Promise<void> {
    await serveJobs<Job>(port, run)
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
        const ms = ds.millis() - start
        if (reply.isCut) return { error: "cut", ms }
        return { status: reply.status, date: reply.date, body: reply.body(), ms }
    } catch (e) {
        const error = e as Error
        const { name, message } = error
        const failed = error instanceof SocketError ? error : null
        return { error: name, message, phase: failed?.phase, detail: failed?.detail, ms: ds.millis() - start }
    }
}
