import { newCounters } from "../services/counters"
import type { UploadReport } from "./actors/uplink/upload-report"

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
