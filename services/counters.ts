/*
 * The program's counters, in the order of the register `counters` in `emon-store.md`. This is the only list of their
 * names: program, tools and simulator all use it.
 */

/** The counters at the start of the program, all 0. */
export function newCounters() {
    return {
        /** Readings taken. */
        readings: 0,
        /** Readings that EmonCMS has acknowledged. */
        accepted: 0,
        /** Readings waiting. */
        queued: 0,
        /** Readings lost, for one of the reasons below. */
        dropped: 0,
        /** Readings found in the store on start-up. */
        recovered: 0,
        /** Readings removed from between others to make room, or left out because the run before has the same slot. */
        thinned: 0,
        /** Dropped: there was no room. */
        crowdedOut: 0,
        /** Dropped: the store's content could not be read. */
        damaged: 0,
        /** Dropped: it is unknown when they were taken. */
        undatable: 0,
        /** Dropped: EmonCMS will never accept them. */
        refused: 0,
        /** Dropped: the model of their meter is no longer configured. */
        orphaned: 0,
        /** Dropped: they came faster than they could be stored. */
        overrun: 0,
        /** Accepted, but only presumed to be in EmonCMS, which has later rows of unknown origin. */
        presumed: 0,
        /** Polls that brought nothing usable. */
        lineErrors: 0,
        /** Failed uploads and checks of the account. */
        uploadErrors: 0,
        /** HTTP requests. */
        requests: 0,
        /** Bytes of HTTP requests, headers included. */
        bytesSent: 0,
    }
}

/** Each reading that was taken or recovered is either accepted, queued, thinned or dropped. */
export type Counters = ReturnType<typeof newCounters>
