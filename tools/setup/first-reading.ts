import type { Account } from "../emoncms/account"
import { RefusedError } from "../emoncms/errors"
import type { ProvisionedFeed } from "../emoncms/provision"

/** The first value that has arrived in a feed. */
export interface FirstReading {
    /** Name of the feed. */
    readonly feed: string
    /** Seconds since the Unix epoch. */
    readonly time: number
    readonly value: number
}

/** How often EmonCMS is asked, in ms. */
const ASK_MS = 2000

/** How far apart the clocks of this computer and of the server may be, in s. */
const CLOCK_TOLERANCE_S = 120

/**
 * Waits until one of the feeds has a value that is newer than the one it had before and than the start of the wait.
 *
 * @param before the newest time of every feed before the wait, by feed id
 * @param isOver polled; `true` ends the wait
 * @returns `undefined` when the wait ends without a value
 * @throws EmonCmsError when EmonCMS fails, or when it refuses to answer at the end of the wait
 */
export async function firstReading(
    account: Account,
    feeds: readonly ProvisionedFeed[],
    before: ReadonlyMap<number, number>,
    isOver: () => boolean,
): Promise<FirstReading | undefined> {
    const from = Date.now() / 1000 - CLOCK_TOLERANCE_S
    let refused: RefusedError | undefined
    while (!isOver()) {
        try {
            for (const { id, name } of feeds) {
                const newest = id === undefined ? undefined : await account.newest(id)
                if (!newest || newest.time < from || newest.time <= (before.get(id!) ?? 0)) continue
                return { feed: name, ...newest }
            }
            refused = undefined
        } catch (error) {
            // A server that is asked too often may answer the next question.
            if (!(error instanceof RefusedError)) throw error
            refused = error
        }
        await new Promise(resolve => setTimeout(resolve, ASK_MS))
    }
    if (refused) throw refused
    return undefined
}

/**
 * The newest time of every feed that has values, by feed id.
 * @throws EmonCmsError
 */
export async function newestTimes(
    account: Account,
    feeds: readonly ProvisionedFeed[],
): Promise<Map<number, number>> {
    const times = new Map<number, number>()
    for (const { id } of feeds) {
        const newest = id === undefined ? undefined : await account.newest(id)
        if (newest) times.set(id!, newest.time)
    }
    return times
}
