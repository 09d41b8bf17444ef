/**
 * What has happened since the program started. Readings that were taken or recovered are accepted, queued, thinned or dropped,
 * and nothing else.
 */
export interface Counters {
    /** Readings taken. */
    readings: number
    /** Readings that EmonCMS has acknowledged. */
    accepted: number
    /** Readings waiting. */
    queued: number
    /** Readings that are lost, for one of the reasons below. */
    dropped: number
    /** Readings found in the store at the start. */
    recovered: number
    /** Readings taken out from between others because room was short. */
    thinned: number
    /** Dropped: there was no room. */
    crowdedOut: number
    /** Dropped: what the store held could not be read. */
    damaged: number
    /** Dropped: nobody can tell when they were taken. */
    undatable: number
    /** Dropped: EmonCMS will never take them. */
    refused: number
    /** Polls that brought nothing usable. */
    lineErrors: number
    /** Uploads and checks of the account that failed. */
    uploadErrors: number
    /** HTTP requests. */
    requests: number
    /** Bytes of HTTP requests, headers included. */
    bytesSent: number
}
