import {
    type MeterModel,
    type ReadFunction,
    type RegisterPlace,
    registersOf,
} from "../../sim/meter/meter-model"

/** One read request. */
export interface PlannedRequest {
    readonly function: ReadFunction
    readonly start: number
    readonly count: number
}

/**
 * Maximum time that a reply may take on the line, in ms. An SPI-UART listens for 419 ms in one piece, which must also include
 * the meter's response time. Besides, losing a short reply costs less.
 */
const REPLY_MS = 160

/** Bytes of a reply in addition to its registers. */
const REPLY_FRAME_BYTES = 5

/**
 * The fewest requests that read some registers, within the limits of meter and line.
 * @param baud speed of the line; if omitted, no reply is too long
 */
export function planRequests(
    places: readonly RegisterPlace[],
    { requests }: MeterModel,
    baud = Number.POSITIVE_INFINITY,
): PlannedRequest[] {
    const most = Math.min(requests.most, registersWithin(baud))
    const spans = places
        .map(({ function: code, at, type }) => ({ code, start: at, end: at + registersOf(type) }))
        .sort((a, b) => a.code - b.code || a.start - b.start)
    const plan: { code: ReadFunction; start: number; end: number }[] = []
    for (const span of spans) {
        const last = plan.at(-1)
        const joins =
            last !== undefined &&
            last.code === span.code &&
            span.start - last.end <= requests.gap &&
            Math.max(last.end, span.end) - last.start <= most
        if (joins) last.end = Math.max(last.end, span.end)
        else plan.push({ ...span })
    }
    return plan.map(({ code, start, end }) => ({ function: code, start, count: end - start }))
}

/** How many registers fit into a reply of {@link REPLY_MS}; always enough for the longest value. */
function registersWithin(baud: number): number {
    const bytes = Math.floor((REPLY_MS * baud) / 10_000) - REPLY_FRAME_BYTES
    return Math.max(4, Math.floor(bytes / 2))
}
