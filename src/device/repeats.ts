/** How long repeats are collected before they are reported together, in ms. */
const WINDOW_MS = 3600000

/** How many kinds of trouble are remembered at once. With one more, the newest is reported early. */
const KINDS = 16

/** A record that was published once, and its repeats since. */
export interface Repeated {
    readonly source: string
    /** What the repeats have in common; see `warn`. */
    readonly kind: string
    readonly level: number
    /** `ds.millis()` when it was published. */
    readonly since: number
    /** How often it was repeated since then. */
    times: number
}

/**
 * Remembers what was published within the last hour, so that the same trouble is not logged again and again. Pure: the caller
 * supplies the time.
 */
export class Repeats {
    private seen: Repeated[] = []

    /** @param tell called for an entry that is dropped with unreported repeats */
    constructor(private readonly tell: (repeated: Repeated, now: number) => void) {}

    /** @returns whether it was published before and is now only counted */
    isRepeat(level: number, source: string, kind: string, now: number): boolean {
        for (const it of this.seen) {
            if (it.source !== source || it.kind !== kind || it.level !== level) continue
            it.times++
            return true
        }
        // The others stay, and so do their repeats: taking turns they would drive each other out.
        if (this.seen.length === KINDS) this.end(this.seen.pop() as Repeated, now)
        this.seen.push({ source, kind, level, since: now, times: 0 })
        return false
    }

    /**
     * Reports the repeats of every entry whose hour is over. Call it periodically.
     * @param over a source whose trouble is over: if it comes back, it is published again
     */
    settle(now: number, over?: string) {
        const { seen } = this
        this.seen = []
        for (const it of seen)
            if (it.source !== over && now - it.since < WINDOW_MS) this.seen.push(it)
            else this.end(it, now)
    }

    private end(it: Repeated, now: number) {
        if (it.times > 0) this.tell(it, now)
    }
}
