import { readFileSync } from "node:fs"
import { afterEach, expect, test } from "vitest"
import { parseCapture } from "../../../sim/meter/capture"
import { ReplayMeter } from "../../../sim/meter/replay"
import { captureFile, decodedByPymodbus } from "./captures"
import { type Arrival, build, closeHouses, NODE } from "./house"

afterEach(closeHouses)

function replay(name: string): ReplayMeter {
    return new ReplayMeter(parseCapture(readFileSync(captureFile(name), "utf8"), name))
}

/** Arrivals grouped by time, each group with its values by input. */
function byTime(arrivals: readonly Arrival[]): Map<number, Record<string, number | null>> {
    const rows = new Map<number, Record<string, number | null>>()
    for (const { time, input, value } of arrivals) {
        rows.set(time, { ...rows.get(time), [input]: value })
    }
    return rows
}

test.each([
    // The energy falls from meter A to meter B: these readings are held back until the new counter is confirmed.
    ["pzem-ac-responses", 33],
    // The script that this project follows turns 4000 W, 40 A and 70 kWh into -2553.6 W, -25.536 A and 4.464 kWh.
    ["pzem-ac-big-loads", 12],
])("%s: all %i frames arrive with pymodbus's values, each in its own slot", async (name, count) => {
    const frames = replay(name)
    const expected = decodedByPymodbus(name)
    expect(expected).toHaveLength(count)
    const house = await build({ slaves: () => [frames] })
    await house.until("all frames are accepted", () => house.counters.accepted >= count)

    expect(frames.remaining).toBe(0)
    const inputs = Object.keys(expected[0]!)
    const rows = byTime(house.arrivals.filter(({ input }) => inputs.includes(input)))
    expect([...rows.values()]).toEqual(expected)
    const [first = 0] = rows.keys()
    expect(first % 10).toBe(0)
    expect([...rows.keys()]).toEqual(expected.map((_, slot) => first + 10 * slot))
    expect(house.arrivals.every(({ node }) => node === NODE)).toBe(true)
    expect(house.counters).toMatchObject({ readings: count, queued: 0, dropped: 0, uploadErrors: 0 })
})
