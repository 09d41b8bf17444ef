import type { Counters } from "../../../services/counters"
import type { InputSet } from "../../emoncms/inputs"

/** What the names of {@link healthInputs} begin with. */
export const HEALTH = "health_"

/**
 * The device's own inputs, beside those of the meters and in the same node: a node of its own could be the one too
 * many of an account. Free heap and signal strength are not among them, because the platform tells neither. They are
 * made anew each time: kept, they would take 100 bytes of the heap.
 */
export function healthInputs(): InputSet {
    const names = ["uptime", "queue", "dropped", "thinned", "recovered", "line_errors", "upload_errors"]
    return { names, scales: hex`00000000000000` }
}

/** Values for {@link healthInputs}; the uptime is in seconds. */
export interface HealthRow {
    readonly at: number
    readonly values: number[]
}

/** What the counters say at `at`, in ms of uptime. */
export function healthRow(at: number, counters: Counters): HealthRow {
    const { queued, dropped, thinned, recovered, lineErrors, uploadErrors } = counters
    const uptime = Math.floor(at / 1000)
    return { at, values: [uptime, queued, dropped, thinned, recovered, lineErrors, uploadErrors] }
}
