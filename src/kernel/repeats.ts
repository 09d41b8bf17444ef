/** Repeats are told together after so long, in ms. */
const WINDOW_MS = 3600000

/** Kinds of trouble that are remembered at once; one more, and the oldest is told early. */
const KINDS = 6

/** What was told once, and came again since. */
export interface Repeated {
    readonly source: string
    /** What its records have in common; see `warn`. */
    readonly kind: string
    readonly level: number
    /** `ds.millis()` when it was told. */
    since: number
    /** How often it came again since then. */
    times: number
}

/**
 * Knows what was told within the last hour, so that the same trouble is not told again and again. Pure: the caller brings
 * the time.
 */
export class Repeats {
    private seen: Repeated[] = []

    /** @param tell takes what ends with repeats that nobody was told of */
    constructor(private readonly tell: (repeated: Repeated, now: number) => void) {}

    /** @returns whether it was told before and is only counted now */
    isRepeat(level: number, source: string, kind: string, now: number): boolean {
        for (const it of this.seen) {
            if (it.source !== source || it.kind !== kind || it.level !== level) continue
            it.times++
            return true
        }
        if (this.seen.length === KINDS) this.end(this.seen.shift(), now)
        this.seen.push({ source, kind, level, since: now, times: 0 })
        return false
    }

    /** The trouble of a source is over: when it comes again, it is told again. */
    forget(source: string, now: number) {
        this.endAll(it => it.source === source, now)
    }

    /** Tells what was repeated in an hour that is over. To be called now and then. */
    settle(now: number) {
        this.endAll(it => now - it.since >= WINDOW_MS, now)
    }

    private endAll(ends: (it: Repeated) => boolean, now: number) {
        const ended = this.seen.filter(ends)
        this.seen = this.seen.filter(it => !ends(it))
        for (const it of ended) this.end(it, now)
    }

    private end(it: Repeated, now: number) {
        if (it.times > 0) this.tell(it, now)
    }
}
