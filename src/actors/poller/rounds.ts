/**
 * When the next round is due, in ms of the monotonic clock.
 *
 * While the wall clock is unknown, that is one interval later. Once it is known, rounds begin at multiples of the interval:
 * an EmonCMS feed has one slot for each, and the next round belongs to the slot after that of the readings just taken,
 * however the clock was corrected in between. Rounds whose time has passed are left out.
 *
 * @param begun when the latest round began, which is the time of its readings
 * @param now when it ended
 * @param offset wall time minus monotonic time in ms; `undefined` while unknown
 */
export function nextRound(begun: number, now: number, pollMs: number, offset: number | undefined): number {
    let next = begun + pollMs
    if (offset !== undefined) next = (Math.round((begun + offset) / pollMs) + 1) * pollMs - offset
    return next + Math.max(0, Math.floor((now - next) / pollMs) + 1) * pollMs
}
