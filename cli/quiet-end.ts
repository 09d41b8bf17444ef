import { constants } from "node:os"

/*
 * For commands whose output may lose its reader: `npm start | head -1`, or a terminal that is closed. Importing it is enough.
 */

/** Error codes of an output without a reader: a closed pipe, and a closed terminal. */
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
 * Runs work that must not be interrupted, such as a deployment. Until it is done, neither a closed output nor a closed
 * terminal ends this process.
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
