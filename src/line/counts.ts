import type { Port } from "./ports/port"

/** Counters of a line since start-up. */
export class LineCounts {
    /** Frames sent, including retries. */
    requests = 0
    /** Frames sent again because the first brought no reply, or the meter was busy. */
    retries = 0
    /** Bytes discarded between exchanges. */
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

/** `requests 10, retries 0, bytes drained 3, NoAnswer 5, overruns 0`; the port's own counters come last. */
export function countsText({ requests, retries, drainedBytes, errors }: LineCounts, port: Port): string {
    let text = "requests " + requests + ", retries " + retries + ", bytes drained " + drainedBytes
    for (const group of [errors, port.errors ?? {}])
        for (const name of Object.keys(group)) text = text + ", " + name + " " + group[name]
    return text
}
