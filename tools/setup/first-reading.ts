import type { Account } from "../emoncms/account"
import type { ProvisionedFeed } from "../emoncms/provision"

/** A value that has arrived in a feed. */
export interface FirstReading {
    /** Name of the feed. */
    readonly feed: string
    /** Seconds since the Unix epoch. */
    readonly time: number
    readonly value: number
}

/** How often EmonCMS is asked, in ms. */
const ASK_MS = 2000

/** How far the clocks of this computer and of the server may be apart, in s. */
const CLOCK_TOLERANCE_S = 120

/**
 * Waits until one of the feeds has a value that is newer than what it had before, and than the beginning of the wait.
 *
 * @param before the newest time of each feed when the wait began, by id
 * @param isOver asked from time to time whether there is nothing to wait for any more
 * @returns `undefined` when it is over without a value
 */
export async function firstReading(
    account: Account,
    feeds: readonly ProvisionedFeed[],
    before: ReadonlyMap<number, number>,
    isOver: () => boolean,
): Promise<FirstReading | undefined> {
    const from = Date.now() / 1000 - CLOCK_TOLERANCE_S
    while (!isOver()) {
        for (const { id, name } of feeds) {
            const newest = id === undefined ? undefined : await account.newest(id)
            if (!newest || newest.time < from || newest.time <= (before.get(id!) ?? 0)) continue
            return { feed: name, ...newest }
        }
        await new Promise(resolve => setTimeout(resolve, ASK_MS))
    }
    return undefined
}

/** The newest time of each feed that has one, by id. */
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
