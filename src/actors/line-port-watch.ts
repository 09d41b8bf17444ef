import * as ds from "@devicescript/core"
import { Backoff } from "../kernel/backoff"
import type { PortError } from "../serial/port"
import type { PortState } from "./line-state"

/** Waits before a port that failed is opened again, in ms. */
const FIRST_RETRY_MS = 2000
const LONGEST_RETRY_MS = 60000

/** What the poller knows of the port: whether it works, and when to open it again. */
export class PortWatch {
    /** `undefined` until the first exchange. */
    state: PortState = undefined
    private readonly backoff = new Backoff(FIRST_RETRY_MS, LONGEST_RETRY_MS)
    private retryAt = 0

    /** Why there is no use in asking anybody now; `undefined` when there is. */
    obstacle(): PortError {
        return ds.millis() < this.retryAt ? this.state.cause : undefined
    }

    /**
     * An exchange was held, whatever it brought.
     * @returns whether {@link state} is another now
     */
    worked(): boolean {
        if (this.state?.works) return false
        this.backoff.reset()
        this.retryAt = 0
        this.state = { works: true, since: ds.millis(), cause: undefined }
        return true
    }

    /**
     * The port failed.
     * @returns whether {@link state} is another now
     */
    failed(cause: PortError): boolean {
        const { state } = this
        const now = ds.millis()
        this.retryAt = now + this.backoff.next()
        const same = state !== undefined && !state.works
        if (same && state.cause.message === cause.message) return false
        this.state = { works: false, since: same ? state.since : now, cause }
        return true
    }
}
