import { JobDevice } from "./job-device"

/** Time limits for the parts of an exchange, in ms of the device's time. */
interface Deadlines {
    turnMs: number
    connectMs: number
    sendMs: number
    firstByteMs: number
    replyMs: number
}

/** A request to be made by the program's own client. */
export interface Job {
    url: string
    method: "GET" | "POST"
    path: string
    headers: string[]
    body?: string
    within: Deadlines
}

/** How a request ended on the device: with a reply, or with an error. */
export interface Outcome {
    status?: number
    date?: string
    body?: string
    error?: string
    message?: string
    /** What the platform reports about the error. */
    detail?: string | number
    phase?: string | null
    /** Duration on the device's clock. */
    ms: number
}

export type RequestDevice = JobDevice<Job, Outcome>

/** A simulated device that makes HTTP requests on demand. */
export function startRequestDevice(): Promise<RequestDevice> {
    return JobDevice.start({ module: "net/request-jobs", name: "serveRequests" })
}

const WITHIN: Deadlines = { turnMs: 5000, connectMs: 5000, sendMs: 1000, firstByteMs: 3000, replyMs: 4000 }

/** A request; by default a `GET /` with all the time it needs. */
export function requestOf(job: Partial<Job> & { url: string }): Job {
    return { method: "GET", path: "/", headers: [], ...job, within: { ...WITHIN, ...job.within } }
}
