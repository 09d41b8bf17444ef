import type { RecordedFrame } from "./capture"

/** A request of a recording and what came after it. */
export interface RecordedExchange {
    /** As it is in the recording; left out where that has only answers. */
    readonly request?: Uint8Array
    /** None where nobody answered. */
    readonly answers: readonly RecordedAnswer[]
}

/** What came after a request. */
export interface RecordedAnswer {
    readonly bytes: Uint8Array
    /** How much later it has its time than the frame before it, in ms; left out where the times do not say. */
    readonly afterMs?: number
}

/** Times are compared only when both have a fraction. */
const FRACTION = /\.\d/
const DAY_MS = 86_400_000

/** Puts the frames of a recording together to exchanges. */
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

/** From one time of day to a later one, perhaps of the next day. */
function between(from: string, to: string): number | undefined {
    if (!FRACTION.test(from) || !FRACTION.test(to)) return undefined
    return (timeOfDay(to) - timeOfDay(from) + DAY_MS) % DAY_MS
}

function timeOfDay(text: string): number {
    const [hours, minutes, seconds] = text.split(":").map(Number)
    return Math.round(((hours! * 60 + minutes!) * 60 + seconds!) * 1000)
}
