import { afterEach, expect, test } from "vitest"
import type { Counters } from "../../../services/counters"
import { sleep } from "../../../sim/clock"
import { Journal } from "../../../tools/scenario/journal"
import { World } from "../../../tools/scenario/world"

let world: World | undefined

afterEach(async () => world?.end())

/** Readings that are neither delivered nor waiting nor counted with a reason. */
function unaccounted({ readings, recovered, accepted, queued, dropped, thinned }: Counters): number {
    return readings + recovered - accepted - queued - dropped - thinned
}

test("counters survive replaced actors and count readings that a full mailbox drops", async () => {
    const meters = [1, 2, 3, 4].map(address => ({ name: `m${address}`, address }))
    const journal = new Journal()
    const start = Date.UTC(2026, 0, 15)
    world = await World.begin({
        start,
        seed: 1,
        meters,
        pollSeconds: 1,
        uploadSeconds: 2,
        journal,
        faulty: true,
    })
    const { clock, simulation } = world
    await sleep(clock, 60_000)
    const before = simulation.counters
    expect(before.accepted).toBeGreaterThan(100)
    await world.device.strike("throw", "reporter")
    await sleep(clock, 5000)
    expect(simulation.counters.accepted).toBeGreaterThan(before.accepted)
    expect(simulation.counters.requests).toBeGreaterThan(before.requests)
    // Each time the recorder is away for twice as long, until its mailbox of 32 has no room for the readings of 4 meters.
    for (let i = 0; i < 4; i++) {
        await world.device.strike("throw", "recorder")
        await sleep(clock, 1500 * 2 ** i + 500)
    }
    await sleep(clock, 60_000)
    const { counters } = simulation
    expect(journal.panics).toBe(0)
    expect(counters.overrun).toBeGreaterThan(0)
    expect(counters.dropped).toBe(counters.overrun)
    // a reading that the recorder has in hand is counted nowhere for a moment
    expect(Math.abs(unaccounted(counters))).toBeLessThanOrEqual(1)
})
