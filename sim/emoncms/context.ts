import type { Session } from "./account"
import type { Parameters } from "./php/form"
import type { Notices } from "./php/output"
import type { Release } from "./release"
import type { Route } from "./route"

/** A request on its way through the controllers. */
export interface Context {
    /** The version of EmonCMS that answers. */
    readonly release: Release
    readonly route: Route
    readonly session: Session
    readonly query: Parameters
    readonly post: Parameters
    /** Query and post together, as the input API reads them. */
    readonly parameters: Parameters
    readonly body: Buffer
    /** Reply to a valid encrypted post. */
    readonly digest: string | undefined
    /** The server's time in seconds since the Unix epoch. */
    readonly now: number
    readonly notices: Notices
}
