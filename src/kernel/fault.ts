/** Receives an exception that was caught on behalf of some other code. */
export type FaultHandler = (where: string, error: Error) => void

let handler: FaultHandler = (where, error) => {
    console.error("fault in " + where + ": " + describe(error))
}

/** Sets where faults go; before the first call they go to the console. */
export function onFault(newHandler: FaultHandler) {
    handler = newHandler
}

/**
 * Reports an exception that was caught because a single uncaught one stops the whole program. If the handler itself throws,
 * both exceptions go to the console.
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
 * Runs `body` in its own fiber. What it throws is reported as a fault, since an uncaught exception stops the program.
 * @param where name under which the fault is reported
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

/** Type and message of whatever was thrown, as readable text. */
export function describe(error: Error): string {
    if (error === undefined || error === null) return "nothing was thrown"
    if (error instanceof Error) return error.name + ": " + error.message
    return "" + error
}

/** How many calls {@link locate} shows. */
const SHOWN_CALLS = 4

/**
 * Type, message and place of whatever was thrown, such as `RangeError: too long @1303<2821`. The numbers are the bytecode
 * offsets of the innermost calls; the compiler's debug information translates them into lines.
 */
export function locate(error: Error): string {
    const stack = error instanceof Error ? error.__stack__ : undefined
    if (stack === undefined) return describe(error)
    const calls: number[] = []
    for (let i = 0; i + 1 < stack.length && calls.length < SHOWN_CALLS; i = i + 2)
        calls.push(stack.getAt(i, "u16"))
    return describe(error) + " @" + calls.join("<")
}
