import * as ds from "@devicescript/core"
import { Backoff } from "../../kernel/backoff"
import type { Topic } from "../../kernel/topic"
import type { PortError } from "../../line/ports/port"
import type { PortState } from "./line-state"

/** First and longest wait before a failed port is opened again, in ms. */
const FIRST_RETRY_MS = 2000
const LONGEST_RETRY_MS = 60000

/** What the poller knows about the port: whether it works, and when to open it again. */
export class PortWatch {
    private works = false
    /** Why it does not work. */
    private cause: PortError | undefined = undefined
    /** `undefined` while it works. */
    private backoff: Backoff | undefined = undefined
    private retryAt = 0

    /** @param states gets a message when the port starts to work or to fail, or fails for another reason */
    constructor(private readonly states: Topic<PortState>) {}

    /** Why no meter can be asked now; `undefined` if meters can be asked. */
    obstacle(): PortError | undefined {
        return ds.millis() < this.retryAt ? this.cause : undefined
    }

    /** Notes that an exchange took place, whatever its result. */
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
