/** What is known of an earlier boot of the chip of which readings are left. */
export interface EarlierBoot {
    readonly boot: number
    /** Wall time minus monotonic time in ms, where the boot ever knew it; else `undefined`. */
    wallOffset: number
    /** Monotonic time in ms of its last reading that is left. */
    lastAt: number
    /** Monotonic time in ms when it ended as planned; 0 when it was cut short. */
    readonly endedAt: number
}

/** Where the times of a boot lie. */
export interface Placement {
    /** Wall time minus monotonic time in ms. */
    readonly wallOffset: number
    /** It was not known while the boot ran. */
    readonly estimated: boolean
}

/** A boot that can lie anywhere within so many ms, or fewer, is put into the middle. */
const MOST_SLACK_MS = 1800000

/**
 * Places the readings of an earlier boot in time.
 *
 * A boot that never knew the wall clock is placed by its neighbours. When it ended as planned, the next one followed at
 * once. When it was cut short, it lies somewhere between the last reading of the boot before and the start of the
 * next; if that leaves it half an hour or less, it is put into the middle of it.
 *
 * @param earlier boots in their order
 * @param wallOffset of this boot; `undefined` when it does not know the time
 * @returns `undefined` when its time cannot be told
 */
export function placeBoot(earlier: EarlierBoot[], boot: number, wallOffset: number): Placement {
    let offset = wallOffset
    for (let i = earlier.length - 1; i >= 0; i--) {
        const it = earlier[i]
        // the clock of each boot begins with 0, so its offset is when it began
        if (it.wallOffset !== undefined) offset = it.wallOffset
        else if (offset !== undefined) offset = estimate(it, earlier[i - 1], offset)
        if (it.boot !== boot) continue
        if (offset === undefined) return undefined
        return { wallOffset: offset, estimated: it.wallOffset === undefined }
    }
    return undefined
}

function estimate(it: EarlierBoot, before: EarlierBoot, next: number): number {
    if (it.endedAt > 0) return next - it.endedAt
    if (before?.wallOffset === undefined) return undefined
    const earliest = before.wallOffset + before.lastAt
    const slack = next - it.lastAt - earliest
    return slack >= 0 && slack <= MOST_SLACK_MS ? earliest + slack / 2 : undefined
}
