import { newCounters } from "../services/counters"
import type { UploadReport } from "./actors/uplink/upload-report"

/** Counts since the program started. Owned by the program, so they survive the replacement of actors. */
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
