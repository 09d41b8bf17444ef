import type { Deadlines, HttpClient, HttpRequest } from "../../../src/net/http"
import { parseUrl } from "../../../src/net/url"
import { serveJobs } from "./jobs"

/** Many requests to one server, one after the other. */
interface Job {
    readonly url: string
    readonly count: number
    readonly within: Deadlines
}

/** Makes the requests and counts their outcomes: `status` and code for replies, otherwise the name of the error. */
export async function serveSoak(port: number): Promise<void> {
    await serveJobs<Job>(port, run)
}

const BODY = Buffer.alloc(1200)

async function run(http: HttpClient, job: Job): Promise<object> {
    const tally: Record<string, number> = {}
    const url = parseUrl(job.url)
    for (let i = 0; i < job.count; i++) {
        const ending = await ask(
            http,
            { method: "POST", url, path: "/input/bulk", headers: [], body: BODY },
            job.within,
        )
        tally[ending] = (tally[ending] || 0) + 1
    }
    return tally
}

async function ask(http: HttpClient, request: HttpRequest, within: Deadlines): Promise<string> {
    try {
        const reply = await http.request(request, within)
        return reply.isCut ? "cut" : "status " + reply.status
    } catch (e) {
        return (e as Error).name
    }
}
