/**
 * A way to a serial line. A port moves bytes; it knows nothing of frames or meters.
 *
 * One exchange at a time: the caller owns the line from `exchange` to its return.
 */
export interface Port {
    /** What the log calls it, for example `spi-uart P23/P19`. */
    readonly name: string

    /** What the hardware found wrong with received characters since the start, by name; only of ports that can tell. */
    readonly errors?: Record<string, number>

    /**
     * How long after the request the last answer began, in ms; only of ports that return later than the answer is there.
     * `undefined` when nothing came.
     */
    readonly latencyMs?: number

    /** How much later than on a wire an answer may come at worst, in ms; only of ports with a network in between. */
    readonly patienceMs?: number

    /**
     * Makes the line ready. Called once before the first exchange, and again after a {@link PortError}.
     * @throws PortError when the hardware is missing or does not answer
     */
    open(): Promise<void>

    /**
     * Sends `request` and collects what the line answers.
     *
     * Returns as soon as `complete` says so, or when `timeoutMs` have passed since the last byte was sent, whichever
     * is first; what has arrived by then is returned, possibly nothing. The result is only valid until the next
     * exchange. Echoes of the own request and noise are part of the answer.
     *
     * @param complete told the bytes so far, says whether the caller needs no more
     * @throws PortError when the bytes could not be sent or received
     */
    exchange(request: Buffer, timeoutMs: number, complete: (received: Buffer) => boolean): Promise<Buffer>

    /**
     * Throws away what arrives until the line has been silent for `silenceMs`, at most `limitMs`.
     * @returns the number of bytes thrown away
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
