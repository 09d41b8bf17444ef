/** What is known of an earlier boot of which readings are left. */
export interface EarlierBoot {
    readonly boot: number
    /** Wall time minus monotonic time in ms, where the boot ever knew it; else `undefined`. */
    wallOffset: number
    /** Monotonic times in ms of the first and the last of its readings that are left. */
    readonly firstAt: number
    lastAt: number
    /** Monotonic time in ms when it ended as planned; `undefined` when it was cut short. */
    readonly endedAt: number
    /** Slot of its last block. */
    lastSlot: number
}

/** Where the times of a boot lie. */
export interface Placement {
    /** Wall time minus monotonic time in ms. */
    readonly wallOffset: number
    /** It was not known while the boot ran. */
    readonly estimated: boolean
}

/** Readings come again at most so long, in ms, after a planned restart of the program alone. */
const RESTART_MS = 60000
/** A boot that can lie anywhere within so many ms, or fewer, is put into the middle. */
const MOST_SLACK_MS = 1800000

/**
 * Places the readings of earlier boots in time.
 *
 * A boot that never knew the wall clock is placed by its neighbours. When it ended as planned, the next one followed at
 * once. When it was cut short, it lies somewhere between the last reading of the boot before and the start of the
 * next; if that leaves it half an hour or less, it is put into the middle of it.
 */
export class Boots {
    /**
     * @param earlier in their order
     * @param startedAt monotonic time in ms at the start of this boot; small after a reset of the chip, and going on
     * from the boot before after a restart of the program alone
     */
    constructor(
        private readonly earlier: EarlierBoot[],
        private readonly startedAt: number,
    ) {}

    /**
     * @param wallOffset of this boot
     * @returns `undefined` when its time cannot be told
     */
    place(boot: number, wallOffset: number): Placement {
        const index = this.earlier.findIndex(b => b.boot === boot)
        return this.placeAt(index, wallOffset)
    }

    private placeAt(index: number, wallOffset: number): Placement {
        const { earlier } = this
        const it = earlier[index]
        if (it.wallOffset !== undefined) return { wallOffset: it.wallOffset, estimated: false }
        const next = earlier[index + 1]
        const nextOffset = next ? this.placeAt(index + 1, wallOffset)?.wallOffset : wallOffset
        if (nextOffset === undefined) return undefined
        const nextAt = next ? next.firstAt : this.startedAt
        const estimate = this.estimate(it, earlier[index - 1], nextOffset, nextAt)
        return estimate === undefined ? undefined : { wallOffset: estimate, estimated: true }
    }

    private estimate(it: EarlierBoot, before: EarlierBoot, nextOffset: number, nextAt: number): number {
        if (it.endedAt !== undefined) {
            const since = nextAt - it.endedAt
            if (since < 0) return nextOffset - it.endedAt
            return since < RESTART_MS ? nextOffset : undefined
        }
        if (before?.wallOffset === undefined) return undefined
        const earliest = before.wallOffset + before.lastAt - it.firstAt
        const latest = nextOffset + nextAt - it.lastAt
        if (latest < earliest || latest - earliest > MOST_SLACK_MS) return undefined
        return (earliest + latest) / 2
    }
}
