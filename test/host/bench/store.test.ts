import { expect, test } from "vitest"
import { measureStore } from "../../../bench/store"

/** What `src/device/flash-budget.ts` gives the queue. */
const QUEUE_BYTES = 11_024

// A short run: the program has no server for an hour, and nothing has to be thinned in that time.
test("measures the device's backlog of readings", async () => {
    const { figures } = await measureStore({
        outageHours: 1,
        alsoThree: false,
        windows: 1,
        stores: ["settings"],
        drivers: ["spi-uart"],
        pollSeconds: [10],
    })
    expect(figures).toEqual({
        bytesPerReading: { captures: expect.any(Number), day: expect.any(Number) },
        hoursAt10s: null,
        hoursOfThreeMeters: undefined,
        ramBytes: expect.any(Number),
        settingsBytes: expect.any(Number),
        settingsWritesPerOutageDay: expect.any(Number),
        erasesPerOutageDay: 0,
        drainReadingsPerSecond: expect.any(Number),
        drainSecondsOfDay: expect.any(Number),
        panics: 0,
        encodeStepsPerReading: expect.any(Number),
        decodeStepsPerReading: expect.any(Number),
        json: {
            bytesPerReading: { captures: expect.any(Number), day: expect.any(Number) },
            hoursAt10s: expect.any(Number),
        },
        records: { bytesPerReading: { captures: 20, day: 20 }, hoursAt10s: expect.any(Number) },
        untilThinning: [
            {
                driver: "spi-uart",
                store: "settings",
                pollSeconds: 10,
                readings: expect.any(Number),
                hours: expect.any(Number),
            },
        ],
    })
    const { bytesPerReading, ramBytes, settingsBytes, drainSecondsOfDay, json, records, untilThinning } =
        figures as Figures
    expect(bytesPerReading.captures).toBeLessThanOrEqual(3.5)
    expect(bytesPerReading.day).toBeLessThan(bytesPerReading.captures)
    expect(json.bytesPerReading.day).toBeGreaterThan(100)
    expect(ramBytes).toBeLessThanOrEqual(24 * 1024)
    expect(settingsBytes).toBeGreaterThan(0)
    expect(settingsBytes).toBeLessThanOrEqual(QUEUE_BYTES)
    expect(drainSecondsOfDay).toBeLessThanOrEqual(60)
    expect(untilThinning[0]!.hours).toBeGreaterThan(24)
    expect(untilThinning[0]!.hours).toBeGreaterThan(7 * records.hoursAt10s)
}, 600_000)

interface Figures {
    readonly bytesPerReading: Record<"captures" | "day", number>
    readonly ramBytes: number
    readonly settingsBytes: number
    readonly drainSecondsOfDay: number
    readonly json: { readonly bytesPerReading: Record<"captures" | "day", number> }
    readonly records: { readonly hoursAt10s: number }
    readonly untilThinning: readonly { readonly hours: number }[]
}
