import type { Port } from "./ports/port"

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

/** `requests 10, retries 0, bytes drained 3, NoAnswer 5, overruns 0`; at the end what the port itself counts. */
export function countsText({ requests, retries, drainedBytes, errors }: LineCounts, port: Port): string {
    const parts = ["requests " + requests, "retries " + retries, "bytes drained " + drainedBytes]
    for (const group of [errors, port.errors ?? {}])
        for (const name of Object.keys(group)) parts.push(name + " " + group[name])
    return parts.join(", ")
}
