/*
 * The counters of the program: this is the one list of their names. It is in the order of the register `counters` in
 * `emon-store.md`, and program, tools and simulator take the names from here.
 */

/** What has happened since the program started, with nothing counted yet. */
export function newCounters() {
    return {
        /** Readings taken. */
        readings: 0,
        /** Readings that EmonCMS has acknowledged. */
        accepted: 0,
        /** Readings waiting. */
        queued: 0,
        /** Readings that are lost, for one of the reasons below. */
        dropped: 0,
        /** Readings found in the store at the start. */
        recovered: 0,
        /** Readings taken out from between others because room was short. */
        thinned: 0,
        /** Dropped: there was no room. */
        crowdedOut: 0,
        /** Dropped: what the store held could not be read. */
        damaged: 0,
        /** Dropped: nobody can tell when they were taken. */
        undatable: 0,
        /** Dropped: EmonCMS will never take them. */
        refused: 0,
        /** Dropped: the model of their meter is not configured any more. */
        orphaned: 0,
        /** Dropped: they came faster than they could be stored. */
        overrun: 0,
        /** Of the accepted: presumed to be in EmonCMS, because it has later rows; nobody can tell whose. */
        presumed: 0,
        /** Polls that brought nothing usable. */
        lineErrors: 0,
        /** Uploads and checks of the account that failed. */
        uploadErrors: 0,
        /** HTTP requests. */
        requests: 0,
        /** Bytes of HTTP requests, headers included. */
        bytesSent: 0,
    }
}

/** Readings that were taken or recovered are accepted, queued, thinned or dropped, and nothing else. */
export type Counters = ReturnType<typeof newCounters>
