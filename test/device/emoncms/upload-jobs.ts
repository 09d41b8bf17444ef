import * as ds from "@devicescript/core"
import { type Answer, classify } from "../../../src/emoncms/answer"
import { BulkBody } from "../../../src/emoncms/bulk"
import { authorization } from "../../../src/emoncms/key"
import { Deflater } from "../../../src/net/deflate"
import type { Deadlines, HttpClient } from "../../../src/net/http"
import { parseUrl } from "../../../src/net/url"
import { serveJobs } from "../net/jobs"

/** An upload that a test requests. */
interface Job {
    readonly url: string
    readonly key: string
    readonly compressed: boolean
    /** Unix time, or uptime, in seconds. */
    readonly base: number
    /** Uptime when the batch is sent; omitted with Unix times. */
    readonly sentAt: number
    /** Maximum size of a body, in bytes. */
    readonly room: number
    readonly node: string
    /** Names, prefix and scales of each meter's inputs. */
    readonly meters: { prefix: string; names: string[]; scales: number[] }[]
    readonly rows: { time: number; meter: number; values: number[] }[]
}

const WITHIN: Deadlines = { turnMs: 5000, connectMs: 5000, sendMs: 1000, firstByteMs: 5000, replyMs: 5000 }

const METERS = 4
const MOST_INPUTS = 8

/** Performs the uploads that a test requests. */
export async function serveUploads(port: number): Promise<void> {
    await serveJobs<Job>(port, run)
}

async function run(http: HttpClient, job: Job): Promise<object> {
    const buffer = Buffer.alloc(job.room)
    const bulk = new BulkBody(buffer, METERS * MOST_INPUTS, new Deflater(buffer))
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
    const answer: Answer = classify(reply.status, reply.body(), !reply.isCut)
    return { answer, added, rows, bytes: bodyLength }
}
