import * as ds from "@devicescript/core"
import { Backoff } from "../../kernel/backoff"
import type { Topic } from "../../kernel/topic"
import type { PortError } from "../../line/ports/port"
import type { PortState } from "./line-state"

/** Waits before a port that failed is opened again, in ms. */
const FIRST_RETRY_MS = 2000
const LONGEST_RETRY_MS = 60000

/** What the poller knows of the port: whether it works, and when to open it again. */
export class PortWatch {
    private works = false
    /** Why it does not. */
    private cause: PortError | undefined = undefined
    /** `undefined` while it works. */
    private backoff: Backoff | undefined = undefined
    private retryAt = 0

    /** @param states told when the port begins to work or to fail, or fails for another cause */
    constructor(private readonly states: Topic<PortState>) {}

    /** Why there is no use in asking anybody now; `undefined` when there is. */
    obstacle(): PortError | undefined {
        return ds.millis() < this.retryAt ? this.cause : undefined
    }

    /** An exchange was held, whatever it brought. */
    worked() {
        if (this.works) return
        this.backoff = undefined
        this.enter(true, undefined)
    }

    failed(cause: PortError) {
        if (!this.backoff) this.backoff = new Backoff(FIRST_RETRY_MS, LONGEST_RETRY_MS)
        this.retryAt = ds.millis() + this.backoff.next()
        if (this.cause?.message !== cause.message) this.enter(false, cause)
    }

    private enter(works: boolean, cause: PortError | undefined) {
        this.works = works
        this.cause = cause
        this.states.publish({ works, cause })
    }
}
