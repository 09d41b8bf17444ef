import * as ds from "@devicescript/core"
import type { Input } from "../emoncms/inputs"
import { Actor } from "../kernel/actor"
import type { Topic } from "../kernel/topic"
import type { Counters } from "./counters"

/** From one health row to the next, in ms. */
const HEALTH_MS = 300000

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

/** Says at a slow pace how the device is. */
export class Health extends Actor<undefined> {
    private counters: Counters = undefined

    constructor(
        counters: Topic<Counters>,
        private readonly rows: Topic<HealthRow>,
    ) {
        super()
        this.dueAt = ds.millis() + HEALTH_MS
        this.listen(counters, this.setCounters)
    }

    protected override async tick() {
        const at = ds.millis()
        this.dueAt = at + HEALTH_MS
        if (!this.counters) return
        const { queued, dropped, thinned, recovered, lineErrors, uploadErrors } = this.counters
        const uptime = Math.floor(at / 1000)
        this.rows.publish({
            at,
            values: [uptime, queued, dropped, thinned, recovered, lineErrors, uploadErrors],
        })
    }

    private setCounters(counters: Counters) {
        this.counters = counters
    }
}
