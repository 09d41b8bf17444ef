import type { DriverName } from "./catalog"
import type { WiredMeter, Wiring } from "./config"
import type { Mistake } from "./config-error"

/**
 * Bytes of heap that a driver has beyond what the Jacdac one has, by a look at the live heap of programs that differ in nothing
 * else; the SPI-UART's samples are most of it.
 */
const DRIVER: Readonly<Record<DriverName, number>> = {
    "jacdac-serial": 0,
    sc16is7xx: 448,
    tcp: 1344,
    "spi-uart": 2688,
}

/** What a further meter has: its state (1.1 KB), and what the delivery of a block with its readings needs. */
const METER = 1664

/** What a meter with statistics has besides: what its samples tell of it. */
const SAMPLED = 768

/** What a field with statistics has: what is gathered, and what the store's codec knows of three more fields. */
const STATISTIC = 256

/** Bytes of heap that a line and its meters take away from readings that wait. */
export function heapTaken(driver: DriverName, meters: readonly Pick<WiredMeter, "statistics">[]): number {
    const gathered = meters.flatMap(({ statistics }) => (statistics ? [statistics.length] : []))
    const own = gathered.reduce((sum, count) => sum + SAMPLED + count * STATISTIC, 0)
    return DRIVER[driver] + (meters.length - 1) * METER + own
}

/**
 * Bytes of heap that a line and its meters may take. With spi-uart twelve PZEM-016 with long names, read every 10 s, come through an
 * outage of 40 minutes, and 16 do not: docs/DESIGN.md, "What many meters leave".
 */
const MOST_TAKEN = 22_528

/** Finds more meters than the heap has room for. */
export function heapMistakes({ line: { driver }, meters }: Pick<Wiring, "line" | "meters">): Mistake[] {
    const taken = heapTaken(driver, meters)
    if (taken <= MOST_TAKEN) return []
    let most = meters.length - 1
    while (most > 1 && heapTaken(driver, meters.slice(0, most)) > MOST_TAKEN) most--
    const problem = `are too many for the memory of an ESP32: with ${driver} they take ${taken} of ${MOST_TAKEN} bytes of heap`
    const hasStatistics = meters.some(({ statistics }) => statistics)
    const cure = `Leave out ${meters.length - most} of the ${meters.length} meters${hasStatistics ? ', or some "statistics"' : ""}; another ESP32 can read them.`
    return [{ path: "meters", problem, cure }]
}
