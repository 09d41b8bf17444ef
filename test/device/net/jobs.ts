import * as ds from "@devicescript/core"
import { type Deadlines, HttpClient, type HttpRequest } from "../../../src/net/http"
import { SocketOwner } from "../../../src/net/socket"
import { parseUrl } from "../../../src/net/url"

const PATIENT: Deadlines = {
    turnMs: 60000,
    connectMs: 60000,
    sendMs: 1000,
    firstByteMs: 60000,
    replyMs: 60000,
}

const IDLE_MS = 200

/** Longest description of a job, in bytes. */
const JOB_LIMIT = 4096
/** Longest body of a reply to the client under test, in bytes. */
const REPLY_LIMIT = 768

/**
 * Fetches jobs from a test, runs them and posts their outcomes, forever. It uses the client under test for this, too.
 *
 * @param port where the test listens
 */
export async function serveJobs<Job>(
    port: number,
    run: (http: HttpClient, job: Job) => Promise<object>,
): Promise<void> {
    const sockets = new SocketOwner()
    const control = new HttpClient(sockets, Buffer.alloc(JOB_LIMIT))
    const http = new HttpClient(sockets, Buffer.alloc(REPLY_LIMIT))
    const url = parseUrl("http://127.0.0.1:" + port)
    const ask: HttpRequest = { method: "GET", url, path: "/job", headers: [] }
    for (;;) {
        const job = (await control.request(ask, PATIENT)).body()
        if (job === "") {
            await ds.sleep(IDLE_MS)
            continue
        }
        const outcome = Buffer.from(JSON.stringify(await run(http, JSON.parse(job) as Job)))
        await control.request({ method: "POST", url, path: "/outcome", headers: [], body: outcome }, PATIENT)
    }
}
