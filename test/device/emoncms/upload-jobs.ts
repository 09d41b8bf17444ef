import * as ds from "@devicescript/core"
import { type Answer, classify } from "../../../src/emoncms/answer"
import { BulkBody } from "../../../src/emoncms/bulk"
import type { Input } from "../../../src/emoncms/inputs"
import { authorization } from "../../../src/emoncms/key"
import type { Deadlines, HttpClient } from "../../../src/net/http"
import { parseUrl } from "../../../src/net/url"
import { serveJobs } from "../net/jobs"

/** A batch that a test wants to be uploaded. */
interface Job {
    readonly url: string
    readonly key: string
    readonly compressed: boolean
    /** Unix time, or uptime, in seconds. */
    readonly base: number
    /** Uptime at which it is sent; left out with Unix times. */
    readonly sentAt: number
    readonly inputs: Input[]
    readonly rows: { time: number; node: string; values: number[] }[]
}

const WITHIN: Deadlines = { turnMs: 5000, connectMs: 5000, sendMs: 1000, firstByteMs: 5000, replyMs: 5000 }

const CAPACITY = 4096

/** Makes the uploads that a test asks for. */
export async function serveUploads(port: number): Promise<void> {
    const bulk = new BulkBody(Buffer.alloc(CAPACITY))
    await serveJobs<Job>(port, async (http, job) => await run(http, job, bulk))
}

async function run(http: HttpClient, job: Job, bulk: BulkBody): Promise<object> {
    bulk.begin(job.base, job.compressed)
    let added = 0
    for (const row of job.rows) {
        // JSON has no undefined
        const values = row.values.map(value => (value === null ? undefined : value))
        if (!bulk.add(row.time, row.node, job.inputs, values)) break
        added++
        await ds.sleep(0)
    }
    const { rows } = bulk
    const bodyLength = bulk.finish()
    const reply = await http.request(
        {
            method: "POST",
            url: parseUrl(job.url),
            path: bulk.path(job.sentAt === null ? undefined : job.sentAt),
            headers: [authorization(job.key), bulk.contentType()],
            body: bulk.buffer,
            bodyLength,
        },
        WITHIN,
    )
    const answer: Answer = classify(reply.status, reply.body)
    return { answer, added, rows, bytes: bodyLength }
}
