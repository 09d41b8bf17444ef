import * as ds from "@devicescript/core"
import { type Answer, classify } from "../../../src/emoncms/answer"
import { BulkBody } from "../../../src/emoncms/bulk"
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
    /** Bytes that a body may have. */
    readonly room: number
    readonly node: string
    /** The names of the inputs of each meter, what they begin with, and their scales. */
    readonly meters: { prefix: string; names: string[]; scales: number[] }[]
    readonly rows: { time: number; meter: number; values: number[] }[]
}

const WITHIN: Deadlines = { turnMs: 5000, connectMs: 5000, sendMs: 1000, firstByteMs: 5000, replyMs: 5000 }

const METERS = 4
const MOST_INPUTS = 8

/** Makes the uploads that a test asks for. */
export async function serveUploads(port: number): Promise<void> {
    await serveJobs<Job>(port, run)
}

async function run(http: HttpClient, job: Job): Promise<object> {
    const bulk = new BulkBody(Buffer.alloc(job.room), METERS * MOST_INPUTS)
    bulk.begin(job.node, job.base, job.compressed)
    let added = 0
    for (const row of job.rows) {
        const { prefix, names, scales } = job.meters[row.meter]
        const inputs = { names, scales: Buffer.from(scales.map(scale => scale & 0xff)) }
        bulk.beginRow(row.time)
        for (let i = 0; i < row.values.length; i++) {
            // JSON has no undefined
            const value = row.values[i] === null ? undefined : row.values[i]
            bulk.addValue(row.meter * MOST_INPUTS + i, prefix, inputs, i, value)
        }
        if (!bulk.endRow()) break
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
