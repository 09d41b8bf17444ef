/** A round that began further than this from its slot's multiple, in intervals, was not meant for one. */
const ALIGNED = 0.25

/**
 * When the next round is due, in ms of the monotonic clock.
 *
 * While the wall clock is unknown that is an interval later. Once it is known, rounds begin at its multiples of the
 * interval: an EmonCMS feed has one slot for each, and the next round belongs to the slot after that of the readings
 * just taken, whatever the clock has done in between. Rounds that could not be held in time are left out.
 *
 * @param begun when the latest round was due
 * @param now when it ended: a round that was held before the clock was known counts for the slot in which it ended
 * @param offset wall time minus monotonic time in ms; `undefined` while unknown
 */
export function nextRound(begun: number, now: number, pollMs: number, offset: number | undefined): number {
    let next = begun + pollMs
    if (offset !== undefined) {
        const slots = (begun + offset) / pollMs
        const aligned = Math.abs(slots - Math.round(slots)) <= ALIGNED
        const taken = aligned ? slots : (now + offset) / pollMs
        next = (Math.round(taken) + 1) * pollMs - offset
    }
    if (next > now) return next
    return next + (Math.floor((now - next) / pollMs) + 1) * pollMs
}
