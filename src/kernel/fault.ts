/** Told of an exception that was caught in the name of somebody else. */
export type FaultHandler = (where: string, error: Error) => void

let handler: FaultHandler = (where, error) => {
    console.error("fault in " + where + ": " + describe(error))
}

/** Says where faults go; before the first call they go to the console. */
export function onFault(newHandler: FaultHandler) {
    handler = newHandler
}

/**
 * Reports an exception that has been caught so that it stops nobody else: one uncaught exception anywhere stops the
 * whole program. A handler that fails itself cannot spread: its failure goes to the console.
 *
 * @param where name of the topic, actor or fiber that failed
 */
export function reportFault(where: string, error: Error) {
    try {
        handler(where, error)
    } catch (e) {
        console.error("fault handler: " + describe(e as Error))
        console.error("fault in " + where + ": " + describe(error))
    }
}

/**
 * Runs `body` in a fiber of its own. What it throws is reported as a fault, since one that nobody catches stops the
 * program.
 * @param where what the fault is reported under
 */
export function spawn(where: string, body: () => Promise<void>) {
    const run = async () => {
        try {
            await body()
        } catch (e) {
            reportFault(where, e as Error)
        }
    }
    run.start()
}

/** Type and message of whatever was thrown, for a person. */
export function describe(error: Error): string {
    if (error === undefined || error === null) return "nothing was thrown"
    if (error instanceof Error) return error.name + ": " + error.message
    return "" + error
}

/** Calls that {@link locate} shows. */
const SHOWN_CALLS = 4

/**
 * Type, message and place of whatever was thrown, as `RangeError: too long @1303<2821`. The numbers are offsets in the
 * bytecode of the innermost calls; the compiler's debug information tells the lines.
 */
export function locate(error: Error): string {
    const stack = error instanceof Error ? error.__stack__ : undefined
    if (stack === undefined) return describe(error)
    const calls: number[] = []
    for (let i = 0; i + 1 < stack.length && calls.length < SHOWN_CALLS; i = i + 2)
        calls.push(stack.getAt(i, "u16"))
    return describe(error) + " @" + calls.join("<")
}
