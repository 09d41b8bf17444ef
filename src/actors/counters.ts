/** What has happened since the program started. Readings are accepted, queued or dropped, and nothing else. */
export interface Counters {
    /** Readings taken. */
    readings: number
    /** Readings that EmonCMS has acknowledged. */
    accepted: number
    /** Readings waiting. */
    queued: number
    /** Readings that had to make room, and those that EmonCMS refused. */
    dropped: number
    /** Polls that brought nothing usable. */
    lineErrors: number
    /** Uploads and checks of the account that failed. */
    uploadErrors: number
    /** HTTP requests. */
    requests: number
    /** Bytes of HTTP requests, headers included. */
    bytesSent: number
}
