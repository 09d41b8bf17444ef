import { BitTiming, type LineFormat } from "../../src/line/ports/spi-uart/bit-timing"
import { briefBytes, longBytes } from "../../src/line/ports/spi-uart/transfer-lengths"
import { readingFields } from "../meters/statistic-fields"
import type { DriverName } from "./catalog"
import type { Wiring } from "./config"
import type { Mistake } from "./config-error"
import { profileKey } from "./profile-key"

/** Bytes of heap that a driver has beyond what the Jacdac one has, besides the SPI-UART's samples. */
const DRIVER: Readonly<Record<DriverName, number>> = {
    "jacdac-serial": 0,
    sc16is7xx: 448,
    tcp: 1344,
    "spi-uart": 348,
}

/**
 * What a further meter has while a backlog is delivered, in bytes: its state, and what the store's codec knows of it. For a PZEM-016
 * that is, with its fields, some 300 more than is measured: the more meters there are, the more gaps they leave that are too small.
 */
const METER = 1040

/** What the first meter of another kind has besides: what the program knows of a model, or of a choice of its fields. */
const KIND = 250

/** What each field adds to either of them. */
const FIELD = 70

/** Fields of the meter that the program's own need is measured with, a PZEM-016. */
const USUAL_FIELDS = 7

/** What a meter with statistics has besides: what its samples tell of it. */
const SAMPLED = 768

/** What of a wiring its heap depends on. */
export type HeapUser = Pick<Wiring, "line" | "baud" | "parity" | "stopBits" | "meters">

/**
 * Bytes of heap that a line and its meters take away from readings that wait. `npm run bench -- parts` measures what the figures
 * are made of.
 */
export function heapTaken({ line: { driver }, baud, parity, stopBits, meters }: HeapUser): number {
    const kinds = new Set<string>()
    let taken = DRIVER[driver] - METER - KIND - 2 * FIELD * USUAL_FIELDS
    if (driver === "spi-uart") taken += sampleBytes({ baud, parity, stopBits } as LineFormat)
    for (const meter of meters) {
        const { facts, fields, statistics } = meter
        const count = readingFields(facts, { fields, statistics }).length
        const kind = profileKey(meter)
        taken += METER + FIELD * count
        if (!kinds.has(kind)) taken += KIND + FIELD * count
        kinds.add(kind)
        if (statistics) taken += SAMPLED
    }
    return Math.max(0, taken)
}

/**
 * Bytes of heap that a line and its meters may take: what src/main.ts has for them and for readings, `HEAP_BYTES`, less the least
 * that it leaves to readings. With more, a reply with a long head may find no gap late in an outage; see docs/DESIGN.md, "What many
 * meters leave".
 */
export const MOST_TAKEN = 14_336 - 896

/** What the SPI-UART keeps to send and to receive, which is more the slower the line is. */
function sampleBytes(format: LineFormat): number {
    const timing = new BitTiming(format)
    return briefBytes(timing) + longBytes(timing)
}

/** Finds more meters than the heap has room for. */
export function heapMistakes(wiring: HeapUser): Mistake[] {
    const { line, meters } = wiring
    const taken = heapTaken(wiring)
    if (taken <= MOST_TAKEN) return []
    let most = meters.length - 1
    while (most > 1 && heapTaken({ ...wiring, meters: meters.slice(0, most) }) > MOST_TAKEN) most--
    const problem = `are too many for the memory of an ESP32: with ${line.driver} they take ${taken} of ${MOST_TAKEN} bytes of heap`
    const hasStatistics = meters.some(({ statistics }) => statistics)
    const cure = `Leave out ${meters.length - most} of the ${meters.length} meters${hasStatistics ? ', or some "statistics"' : ""}; another ESP32 can read them.`
    return [{ path: "meters", problem, cure }]
}
