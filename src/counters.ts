import { newCounters } from "../services/counters"
import type { UploadReport } from "./actors/uplink/upload-report"
import type { Mailbox } from "./kernel/mailbox"
import type { Reading } from "./line/meters/profile"
import type { HttpClient } from "./net/http"
import type { ReadingQueue } from "./queue/reading-queue"

/** What has happened since the program started. It belongs to the program, and lives on whichever actors are replaced. */
export const counters = newCounters()

export function countReading() {
    counters.readings++
}

export function countTrouble() {
    counters.lineErrors++
}

export function countUpload({ accepted, refused, failure }: UploadReport) {
    counters.accepted = counters.accepted + accepted
    counters.refused = counters.refused + refused.length
    if (failure) counters.uploadErrors++
}

/**
 * Takes in what others count, and adds up.
 * @param taken readings that are not in the queue yet
 */
export function takeStock(queue: ReadingQueue, taken: Mailbox<Reading>, http: HttpClient) {
    const { crowdedOut, damaged, undatable, orphaned, refused } = counters
    const { dropped } = taken
    counters.queued = queue.length + taken.waiting.length
    counters.overrun = dropped
    counters.dropped = crowdedOut + damaged + undatable + orphaned + refused + dropped
    counters.requests = http.requests
    counters.bytesSent = http.bytesSent
}
