import type { Counters } from "../../../services/counters"
import type { InputSet } from "../../emoncms/inputs"

/** Prefix of the names of {@link healthInputs}. */
export const HEALTH = "health_"

/**
 * The device's own inputs, in the same node as those of the meters: an account has a limited number of nodes. Free heap and
 * signal strength are not among them, because the platform provides neither. Created on each call: keeping them would take
 * 100 bytes of heap.
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

/** The row for what the counters hold at `at`, in ms of uptime. */
export function healthRow(at: number, counters: Counters): HealthRow {
    const { queued, dropped, thinned, recovered, lineErrors, uploadErrors } = counters
    const uptime = Math.floor(at / 1000)
    return { at, values: [uptime, queued, dropped, thinned, recovered, lineErrors, uploadErrors] }
}
