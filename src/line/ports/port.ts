/**
 * Access to a serial line. A port moves bytes; it knows nothing of frames or meters.
 *
 * Only one exchange at a time: the caller owns the line until `exchange` returns.
 */
export interface Port {
    /** Name in the log, for example `spi-uart GPIO23/GPIO19`. */
    readonly name: string

    /** Counts of receive errors since start-up, by name; only on ports whose hardware detects them. */
    readonly errors?: Record<string, number>

    /**
     * How long after the request the last answer began, in ms; only on ports that return later than the answer arrives.
     * `undefined` if nothing came.
     */
    readonly latencyMs?: number

    /** How much later than on a wire an answer can come at worst, in ms; only on ports with a network in between. */
    readonly patienceMs?: number

    /**
     * Makes the line ready. Called once before the first exchange, and again after a {@link PortError}.
     * @throws PortError if the hardware is missing or does not answer
     */
    open(): Promise<void>

    /**
     * Sends `request` and collects the answer.
     *
     * Returns as soon as `complete` returns `true`, or `timeoutMs` after the last byte was sent, whichever is first. The
     * result is all bytes that have arrived by then, possibly none, and is only valid until the next exchange. It can
     * contain an echo of the request, and noise.
     *
     * @param complete gets the bytes so far, and returns whether the caller needs no more
     * @throws PortError if the bytes could not be sent or received
     */
    exchange(request: Buffer, timeoutMs: number, complete: (received: Buffer) => boolean): Promise<Buffer>

    /**
     * Discards incoming bytes until the line has been silent for `silenceMs`, but for at most `limitMs`.
     * @returns the number of discarded bytes
     */
    drain(silenceMs: number, limitMs: number): Promise<number>
}

/** The line's own hardware failed, as opposed to a meter that does not answer. */
export class PortError extends Error {
    /**
     * @param port name of the port
     * @param cause what happened, in words
     * @param cure what the owner can do about it
     */
    constructor(
        readonly port: string,
        readonly cause: string,
        readonly cure: string,
    ) {
        super(port + ": " + cause + "; " + cure)
    }
}
