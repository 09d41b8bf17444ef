import * as ds from "@devicescript/core"
import { Actor } from "../kernel/actor"
import { tellRepeats } from "../kernel/log"
import { Mailbox } from "../kernel/mailbox"
import type { Restarts } from "../kernel/restarts"

/** How often it makes its round, in ms. */
const ROUND_MS = 60000

/** Looks after what nobody does of himself. */
export class Watchdog extends Actor<undefined> {
    private due = ds.millis() + ROUND_MS

    constructor(private readonly restarts: Restarts) {
        super("watchdog", new Mailbox<undefined>(1, "keep-latest"))
    }

    protected override nextDue(): number {
        return this.due
    }

    protected override async tick() {
        this.due = ds.millis() + ROUND_MS
        tellRepeats()
        await this.restarts.settle()
    }
}
