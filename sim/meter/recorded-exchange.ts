import type { RecordedFrame } from "./capture"

/** A recorded request, and the answers that followed it. */
export interface RecordedExchange {
    /** As recorded; left out if the recording has only answers. */
    readonly request?: Uint8Array
    /** Empty if nobody answered. */
    readonly answers: readonly RecordedAnswer[]
}

/** An answer to a request. */
export interface RecordedAnswer {
    readonly bytes: Uint8Array
    /** Time since the previous frame by the recorded times, in ms; left out if these do not tell. */
    readonly afterMs?: number
}

/** Times are compared only if both have a fraction. */
const FRACTION = /\.\d/
const DAY_MS = 86_400_000

/** Groups the frames of a recording into exchanges. */
export function exchangesOf(frames: readonly RecordedFrame[]): RecordedExchange[] {
    const exchanges: { request?: Uint8Array; answers: RecordedAnswer[] }[] = []
    for (const [i, { role, bytes, time }] of frames.entries()) {
        const last = exchanges.at(-1)
        if (role === "request") exchanges.push({ request: bytes, answers: [] })
        else if (last && (role === "more" || last.request))
            last.answers.push({ bytes, afterMs: between(frames[i - 1]!.time, time) })
        else exchanges.push({ answers: [{ bytes }] })
    }
    return exchanges
}

/** Time from one time of day to a later one, possibly on the next day, in ms. */
function between(from: string, to: string): number | undefined {
    if (!FRACTION.test(from) || !FRACTION.test(to)) return undefined
    return (timeOfDay(to) - timeOfDay(from) + DAY_MS) % DAY_MS
}

function timeOfDay(text: string): number {
    const [hours, minutes, seconds] = text.split(":").map(Number)
    return Math.round(((hours! * 60 + minutes!) * 60 + seconds!) * 1000)
}
