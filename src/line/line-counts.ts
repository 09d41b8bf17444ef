/** What happened on a line since the start. */
export class LineCounts {
    /** Frames sent, with repetitions. */
    requests = 0
    /** Frames sent again because the first brought no reply. */
    retries = 0
    /** Bytes thrown away between exchanges. */
    drainedBytes = 0
    /** Failed exchanges by the name of the error's class, for example `NoAnswer`. */
    readonly errors: Record<string, number> = {}

    /** Failed exchanges with an error of this name. */
    errorsOf(name: string): number {
        return this.errors[name] ?? 0
    }

    /** Counts a failed exchange. */
    add(error: Error) {
        this.errors[error.name] = this.errorsOf(error.name) + 1
    }
}
