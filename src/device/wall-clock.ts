/** What a {@link WallClock} concludes from a server's date. */
export type DateVerdict =
    /** It fits what the clock knows, or is the first one. */
    | "agreed"
    /** It is impossible, or does not fit what the clock knows: see {@link WallClock.doubted}. */
    | "doubted"
    /** The server's clock jumped and has kept its new time long enough: the clock follows. */
    | "followed"

/** A date before this is wrong, because it is older than this program: 2026-01-01T00:00:00Z in ms. */
export const FLOOR_MS = 1767225600000

/** HTTP dates are whole seconds: the true time is up to this much later, in ms. */
const RESOLUTION_MS = 1000

/** How much the chip's crystal and the server may drift apart: 100 ms in 1000 s. */
const DRIFT = 0.0001

/** How much further off a date may be, in ms: the server is busy or slews its clock. The estimate then stays as it is. */
const TOLERANCE_MS = 2000

/** How far the clock may have been ahead when the known past event got its time, in ms. */
const ROW_AHEAD_MS = 60000

/** How long the server's clock must keep its new time before the jump is followed, in ms. */
export const HOLD_MS = 1800000

/** Jumps that are remembered. */
const MOST_JUMPS = 3

/** Bounds of the wall time minus the monotonic time, in ms. */
interface Bounds {
    readonly low: number
    readonly high: number
    /** Monotonic time of the bounds, in ms. */
    readonly at: number
}

/**
 * Estimates the wall clock from the dates of a server's answers. Pure: the caller supplies the monotonic time. Owned by the
 * program, not by an actor.
 *
 * A date is a whole second, stamped between the moment the request was sent and the moment the answer came. So each date
 * bounds the offset between the two clocks from below and from above, and the bounds of many dates narrow each other down to
 * far less than a second. Between answers the bounds widen by the drift of the crystals.
 *
 * A server without a clock chip is wrong for some minutes after a power cut, and then right again. So a jump is followed only
 * after it has held for half an hour, and times before it keep the offset that held then.
 */
export class WallClock {
    /** Whether {@link offset} is valid. */
    known = false
    /** Whether the last date was impossible or did not fit: until that is settled, the time is uncertain. */
    doubted = false
    /** The first date cannot be before this: wall time of a known past event, in ms since the Unix epoch. */
    earliest = 0
    private bounds: Bounds | undefined = undefined
    /** What the dates say while they are doubted, and since when. */
    private jump!: Bounds
    private jumpSince!: number
    /** Two entries for each jump that was followed: when it happened, and the offset before it. */
    private readonly past: number[] = []

    /**
     * Takes one answer into account.
     * @param dateMs the `Date` header in ms since the Unix epoch
     * @param sentAt monotonic time in ms before the request left
     * @param receivedAt monotonic time in ms after the header came
     */
    observe(dateMs: number, sentAt: number, receivedAt: number): DateVerdict {
        const { bounds, past } = this
        const low = dateMs - receivedAt
        let seen: Bounds = { low, high: dateMs + RESOLUTION_MS - sentAt, at: receivedAt }
        let verdict: DateVerdict = "agreed"
        const cut = bounds && intersection(bounds, seen, 0)
        if (cut) seen = cut
        else if (bounds && intersection(bounds, seen, TOLERANCE_MS)) seen = bounds
        else {
            const same = this.doubted && intersection(this.jump, seen, 0)
            if (bounds || same || dateMs < Math.max(FLOOR_MS, this.earliest - ROW_AHEAD_MS)) {
                if (!same) this.jumpSince = sentAt
                this.jump = same ? same : seen
                this.doubted = true
                if (dateMs < FLOOR_MS || receivedAt - this.jumpSince < HOLD_MS) return "doubted"
                verdict = "followed"
                if (bounds) past.push(this.jumpSince, this.offset())
                if (past.length > MOST_JUMPS * 2) past.insert(0, -2)
            }
        }
        this.doubted = false
        this.known = true
        this.bounds = seen
        return verdict
    }

    /** Wall time minus monotonic time, in ms. */
    offset(): number {
        const { low, high } = this.bounds as Bounds
        return (low + high) / 2
    }

    /** The offset that held at a monotonic time in ms; `undefined` if none is known. */
    offsetAt(at: number): number | undefined {
        const { past } = this
        for (let i = 0; i < past.length; i += 2) if (at < past[i]) return past[i + 1]
        return this.bounds && this.offset()
    }

    /** How far the estimate may be off to either side, in ms. */
    uncertainty(): number {
        const { low, high } = this.bounds as Bounds
        return (high - low) / 2
    }
}

/**
 * The intersection of later bounds with earlier ones, which have widened since; `undefined` if it is empty.
 * @param tolerance how far apart they may be, in ms
 */
function intersection(earlier: Bounds, later: Bounds, tolerance: number): Bounds | undefined {
    const { at } = later
    const slack = Math.max(0, at - earlier.at) * DRIFT + tolerance
    const low = Math.max(later.low, earlier.low - slack)
    const high = Math.min(later.high, earlier.high + slack)
    return low <= high ? { low, high, at } : undefined
}
