import type { DriverName } from "./catalog"

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

/** What a further meter has: its state (1.4 KB), and what the store's codec knows of it. */
const METER = 2240

/** Bytes of heap that a line and its meters take away from readings that wait. */
export function heapTaken(driver: DriverName, meters: number): number {
    return DRIVER[driver] + (meters - 1) * METER
}
