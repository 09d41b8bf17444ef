import * as ds from "@devicescript/core"

/** An awaited operation did not finish in time. It may still be running; its result will be discarded. */
export class DeadlineExceeded extends Error {
    /**
     * @param operation what was awaited
     * @param ms the time it had
     */
    constructor(
        readonly operation: string,
        readonly ms: number,
    ) {
        super(operation + " took longer than " + ms + " ms")
    }
}

/**
 * Awaits `body` for at most `ms`.
 *
 * The platform cannot end a fiber that is blocked inside it (terminating one crashes the program), so a late body is
 * abandoned: it runs on in its own fiber, and its result or exception is discarded.
 *
 * @param operation its name in the error
 * @throws DeadlineExceeded, or what `body` throws in time
 */
export async function withDeadline<T>(operation: string, ms: number, body: () => Promise<T>): Promise<T> {
    const caller = ds.Fiber.self()
    let abandoned = false
    let done = false
    let failure!: Error
    let failed = false
    let result!: T
    const run = async () => {
        try {
            result = await body()
        } catch (e) {
            failed = true
            failure = e as Error
        }
        done = true
        if (!abandoned && caller.suspended) caller.resume(undefined)
    }
    run.start()
    await ds.suspend(ms)
    abandoned = true
    if (!done) throw new DeadlineExceeded(operation, ms)
    if (failed) throw failure
    return result
}
