import * as ds from "@devicescript/core"
import { Actor } from "../kernel/actor"

/**
 * Uptimes of the chip in ms, between which it restarts: 40 and 48 days. At 2^32 ms, in 49.7 days, the firmware's sleepers
 * freeze for ever.
 */
const FROM_MS = 3456000000
const UNTIL_MS = 4147200000

/** How often it looks whether the moment is quiet, in ms. */
const LOOK_MS = 1000

/** Restarts the chip before its clock comes to its end: as soon as nothing waits for the server, and at last in any case. */
export class PlannedRestart extends Actor<undefined> {
    /** @param restart saves what waits and restarts the chip */
    constructor(
        private readonly queue: { readonly length: number },
        private readonly restart: () => Promise<void>,
    ) {
        super()
        this.dueAt = FROM_MS
    }

    protected override async tick() {
        const now = ds.millis()
        this.dueAt = now + LOOK_MS
        if (this.queue.length === 0 || now >= UNTIL_MS) await this.restart()
    }
}
