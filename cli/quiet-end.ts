import { constants } from "node:os"

/*
 * For commands whose output somebody may stop reading: `npm start | head -1`, a terminal that is closed. Importing it is enough.
 */

/** What a stream says when nobody reads it any more: a pipe, and a terminal that is gone. */
const NOBODY_READS = ["EPIPE", "EIO"]

let held = 0
let code: number | undefined

for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
        if (!NOBODY_READS.includes(error.code ?? "")) throw error
        end(0)
    })
}

/**
 * Does work that must not be cut off in the middle, such as a program's way onto a chip: until it has ended, neither an end of
 * the output nor a terminal that is closed ends this program.
 */
export async function whole<T>(work: () => Promise<T>): Promise<T> {
    const hangUp = () => end(128 + constants.signals.SIGHUP)
    process.on("SIGHUP", hangUp)
    held++
    try {
        return await work()
    } finally {
        held--
        process.off("SIGHUP", hangUp)
        if (held === 0 && code !== undefined) process.exit(code)
    }
}

function end(wanted: number): void {
    code ??= wanted
    if (held === 0) process.exit(code)
}
