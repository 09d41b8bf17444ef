import type { Counters } from "../../../services/counters"
import type { Input } from "../../emoncms/inputs"

/**
 * The device's own inputs, beside those of the meters and in the same node: a node of its own could be the one too
 * many of an account. Free heap and signal strength are not among them, because the platform tells neither. They are
 * made anew each time: kept, they would take 800 bytes of the heap.
 */
export function healthInputs(): Input[] {
    const inputs: Input[] = []
    for (const name of ["uptime", "queue", "dropped", "thinned", "recovered", "line_errors", "upload_errors"])
        inputs.push({ name: "health_" + name, factor: 1, decimals: 0 })
    return inputs
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
