/** Something on an RS485 line that may answer its master. */
export interface Slave {
    /**
     * Takes one frame, as it stood on the line between two silences, whoever it is for.
     * @returns `undefined` when the slave stays silent
     */
    receive(frame: Uint8Array): Answer | undefined

    /** Loses its energy count, where it has one. */
    loseCount?(): void
}

/** What a slave puts on the line. */
export interface Answer {
    readonly bytes: Uint8Array
    /** Milliseconds from the end of the request to the first bit of the answer. */
    readonly latencyMs: number
    /** What else the line brings after this request. */
    readonly more?: readonly Answer[]
}
