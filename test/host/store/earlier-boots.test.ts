import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { sleep } from "../../../sim/clock"
import { projectRoot } from "../../../tools/project"
import { compare } from "../../../tools/scenario/comparison"
import { Journal, type Taken } from "../../../tools/scenario/journal"
import { World } from "../../../tools/scenario/world"
import { smallBlocks } from "./small-blocks"

/* What happens to the times of readings that waited in blocks, some of them across a restart. */

const DAY_MS = 86_400_000
const POLL_SECONDS = 10
/** Before the clock is known, polls fall anywhere between two slots. */
const UNALIGNED_S = 5
/** The most readings that are only in RAM when the power fails. */
const BLOCK = 16
const METER = "heatpump"
const DOWN = { type: "down" } as const

const worlds: World[] = []

afterEach(async () => {
    for (const world of worlds.splice(0)) await world.end()
})

/** A world whose device writes small blocks to its flash, from the second minute of an outage on. */
async function begin(overrides: Readonly<Record<string, string>> = {}) {
    const journal = new Journal()
    const world = await World.begin({
        start: Date.UTC(2026, 0, 15),
        seed: 1,
        meters: [{ name: METER, address: 1 }],
        pollSeconds: POLL_SECONDS,
        uploadSeconds: 30,
        journal,
        overrides: { ...(await smallBlocks()), ...overrides },
    })
    worlds.push(world)
    const { clock, rig, simulation, flash } = world
    return {
        world,
        journal,
        minutes: (count: number) => sleep(clock, 60_000 * count),
        async powerCut() {
            simulation.device.powerOff()
            const before = journal.taken.slice()
            await sleep(clock, 30_000)
            await simulation.device.powerOn()
            return before
        },
        async delivered() {
            await rig.within(900, () => rig.counters.queued <= 3, 1)
            await sleep(clock, 60_000)
        },
        written: () => flash.writes,
        /** Compares the feeds with what the meter showed when it was read, up to two minutes ago. */
        compared(taken: readonly Taken[] = journal.taken) {
            const feeds = world.inputsOf(METER).map(input => world.server.feedPoints(world.feeds.get(input)!))
            return compare(taken, world.witnesses[0]!.showings, feeds, {
                pollSeconds: POLL_SECONDS,
                end: clock.now() - 120_000,
            })
        },
    }
}

test("dates blocks that were written before the clock was known", async () => {
    const { world, journal, minutes, delivered, compared, written } = await begin()
    await world.proxy.add(DOWN)
    const writes = written()
    await minutes(15)
    expect(written() - writes).toBeGreaterThan(8)
    await world.proxy.remove(DOWN)
    await delivered()
    const { timeErrorS, ...others } = compared()
    expect(others).toMatchObject({ missing: 0, wrong: 0 })
    expect(timeErrorS).toBeLessThan(UNALIGNED_S)
    expect(journal).toMatchObject({ panics: 0, duplicates: 0, repeats: 0 })
})

test("drops and counts the readings of a boot that never knew the time", async () => {
    const { world, journal, minutes, powerCut, delivered, compared } = await begin()
    await world.proxy.add(DOWN)
    await minutes(12)
    const before = await powerCut()
    await minutes(1)
    await world.proxy.remove(DOWN)
    await delivered()
    const { recovered, undatable, dropped } = world.simulation.counters
    expect(recovered).toBeGreaterThan(40)
    expect([undatable, dropped]).toEqual([recovered, recovered])
    expect(compared()).toMatchObject({ missing: before.length, wrong: 0 })
    expect(journal).toMatchObject({ panics: 0, duplicates: 0, repeats: 0 })
})

test.each([-15 * 365, -1, 0.25])(
    "blocks of an earlier boot keep their times when the server's clock is %d days off",
    async days => {
        const { world, journal, minutes, powerCut, delivered, compared } = await begin()
        await minutes(3)
        await world.proxy.add(DOWN)
        await minutes(10)
        const before = await powerCut()
        world.serverClock.offset = days * DAY_MS
        await world.proxy.remove(DOWN)
        await minutes(6)
        world.serverClock.offset = 0
        await delivered()
        const { counters } = world.simulation
        const { missing, timeErrorS } = compared(before)
        expect(missing).toBeLessThan(BLOCK)
        expect(timeErrorS).toBeLessThan(UNALIGNED_S)
        expect(counters.recovered).toBeGreaterThan(40)
        expect(counters.dropped).toBe(0)
        expect(journal).toMatchObject({ panics: 0, duplicates: 0, repeats: 0 })
    },
)

/** Source texts of a program that, once its uptime calls for a restart, waits only a few minutes for the server. */
async function hastyRestart(minutes: number): Promise<Record<string, string>> {
    const path = "src/actors/watchdog.ts"
    const source = await readFile(join(projectRoot, path), "utf8")
    const text = source.replace(
        /RESTART_UNTIL_MS = \d+/,
        `RESTART_UNTIL_MS = ${40 * DAY_MS + 60_000 * minutes}`,
    )
    expect(text).not.toBe(source)
    return { [path]: text }
}

test("restarts the chip after 40 days, and dates its readings in the next boot", async () => {
    const { world, journal, minutes, delivered, compared } = await begin(await hastyRestart(10))
    const { simulation } = world
    await world.proxy.add(DOWN)
    await world.device.redeploy(40 * DAY_MS - 60_000)
    await minutes(10.5)
    expect(simulation.device.resets).toBe(0)
    await minutes(1)
    expect(simulation.device.resets).toBe(1)
    await world.proxy.remove(DOWN)
    await delivered()
    expect(simulation.counters.recovered).toBeGreaterThan(60)
    const { timeErrorS, ...others } = compared()
    expect(others).toMatchObject({ missing: 0, wrong: 0 })
    expect(timeErrorS).toBeLessThan(UNALIGNED_S + 2)
    expect(journal).toMatchObject({ panics: 0, duplicates: 0, repeats: 0 })
})

test("a program deployed after 49.7 days of uptime restarts the chip first", async () => {
    const { world, journal, minutes, compared } = await begin()
    await world.device.redeploy(2 ** 32 + 60_000)
    await minutes(5)
    expect(world.simulation.device.resets).toBe(1)
    expect(compared()).toMatchObject({ missing: 0, wrong: 0 })
    expect(world.simulation.counters.accepted).toBeGreaterThan(20)
    expect(journal).toMatchObject({ panics: 0, duplicates: 0, repeats: 0 })
})
