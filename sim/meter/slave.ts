/** A Modbus server on an RS485 line. */
export interface Slave {
    /**
     * Takes one frame, as it was on the line between two silences, whatever its address.
     * @returns `undefined` when the server stays silent
     */
    receive(frame: Uint8Array): Answer | undefined

    /** Loses its energy count, if it has one. */
    loseCount?(): void
}

/** An answer that a server puts on the line. */
export interface Answer {
    readonly bytes: Uint8Array
    /** Milliseconds from the end of the request to the first bit of the answer. */
    readonly latencyMs: number
    /** Further answers after this request. */
    readonly more?: readonly Answer[]
}
