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
    readonly since: number
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
        if (this.seen.length === KINDS) this.end(this.seen.shift() as Repeated, now)
        this.seen.push({ source, kind, level, since: now, times: 0 })
        return false
    }

    /**
     * Tells what was repeated in an hour that is over. To be called now and then.
     * @param over a source whose trouble is over: when it comes again, it is told again
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
