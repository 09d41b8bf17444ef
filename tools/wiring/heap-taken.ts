import { BitTiming, type LineFormat } from "../../src/line/ports/spi-uart/bit-timing"
import { briefBytes, longBytes } from "../../src/line/ports/spi-uart/transfer-lengths"
import { readingFields } from "../meters/statistic-fields"
import type { DriverName } from "./catalog"
import type { Wiring } from "./config"
import type { Mistake } from "./config-error"
import { profileKey } from "./profile-key"

/** Bytes of heap that a driver takes in addition to those of the Jacdac driver, without the SPI-UART's samples. */
const DRIVER: Readonly<Record<DriverName, number>> = {
    "jacdac-serial": 0,
    sc16is7xx: 448,
    tcp: 1344,
    "spi-uart": 348,
}

/** Bytes that an FRAM or EEPROM takes in addition to what the settings take: it has more slots, and blocks pass through buffers. */
const I2C_STORE = 700

/**
 * Bytes that each additional meter takes while a backlog is delivered: its state, and what the store's codec knows about it.
 * Together with the fields of a PZEM-016 this is some 300 bytes more than measured: the more meters there are, the more gaps
 * they leave in the heap that are too small.
 */
const METER = 1040

/** Additional bytes for the first meter of a kind: what the program knows about a model, or about a choice of its fields. */
const KIND = 250

/** Bytes that each field adds to each of these two. */
const FIELD = 70

/** Number of fields of the meter with which the program itself is measured, a PZEM-016. */
const USUAL_FIELDS = 7

/** Additional bytes for a meter with statistics: what the program keeps of its samples. */
const SAMPLED = 768

/**
 * Bytes for more than one reading a second. A backlog of these takes hundreds of requests, and each of the replies must find
 * room between short-lived objects of the poller.
 */
const FAST = 1500

/** The parts of a wiring that determine how much heap it takes. */
export type HeapUser = Pick<
    Wiring,
    "line" | "store" | "baud" | "parity" | "stopBits" | "meters" | "pollSeconds"
>

/** Bytes of heap that a wiring takes from waiting readings. `npm run bench -- parts` measures what lines and meters take. */
export function heapTaken({
    line: { driver },
    store,
    baud,
    parity,
    stopBits,
    meters,
    pollSeconds,
}: HeapUser): number {
    const kinds = new Set<string>()
    let taken = DRIVER[driver] - METER - KIND - 2 * FIELD * USUAL_FIELDS
    if (store.driver !== "settings") taken += I2C_STORE
    if (meters.length > pollSeconds) taken += FAST
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
 * Maximum number of bytes of heap for a line and its meters: `HEAP_BYTES` of `src/main.ts`, which they share with the
 * readings, minus the `LEAST_HEAP_BYTES` that the readings always get. Beyond that, a reply with a long head may find no gap
 * late in an outage; see docs/DESIGN.md, "What many meters leave".
 */
export const MOST_TAKEN = 14_336 - 896

/** Bytes that the SPI-UART keeps for sending and receiving. The slower the line, the more they are. */
function sampleBytes(format: LineFormat): number {
    const timing = new BitTiming(format)
    return briefBytes(timing) + longBytes(timing)
}

/** Reports that there are more meters than the heap has room for. */
export function heapMistakes(wiring: HeapUser): Mistake[] {
    const { line, meters } = wiring
    const taken = heapTaken(wiring)
    if (taken <= MOST_TAKEN) return []
    let most = meters.length - 1
    while (most > 1 && heapTaken({ ...wiring, meters: meters.slice(0, most) }) > MOST_TAKEN) most--
    const problem = `need too much memory for an ESP32: with ${line.driver} they take ${taken} of ${MOST_TAKEN} bytes of heap`
    const hasStatistics = meters.some(({ statistics }) => statistics)
    const cure = `Leave out ${meters.length - most} of the ${meters.length} meters${hasStatistics ? ', or some "statistics"' : ""}; another ESP32 can read them.`
    return [{ path: "meters", problem, cure }]
}
