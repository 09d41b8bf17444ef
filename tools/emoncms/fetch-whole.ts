import { ServerUnreachableError } from "./errors"

/** How long an answer may take, in ms. A Raspberry Pi that has just started needs a few seconds. */
const PATIENCE_MS = 20_000

/** An answer with its whole body. */
export interface WholeAnswer {
    readonly response: Response
    readonly body: string
}

/**
 * Sends one request and reads the whole answer. Redirects are not followed.
 * @throws ServerUnreachableError when there is no complete answer in time
 */
export async function fetchWhole(
    url: string,
    request: RequestInit,
    patienceMs = PATIENCE_MS,
): Promise<WholeAnswer> {
    try {
        const signal = AbortSignal.timeout(patienceMs)
        const response = await fetch(url, { ...request, redirect: "manual", signal })
        return { response, body: await response.text() }
    } catch (error) {
        throw new ServerUnreachableError(new URL(url).host, reasonOf(error))
    }
}

function reasonOf(error: unknown): string {
    if (!(error instanceof Error)) return "unknown"
    if (error.name === "TimeoutError") return "no answer in time"
    const { cause } = error
    if (!(cause instanceof Error)) return error.name
    return "code" in cause ? String(cause.code) : cause.message
}
