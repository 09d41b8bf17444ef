import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { sleep } from "../../../sim/clock"
import { Journal } from "../../../sim/scenario/journal"
import { World } from "../../../sim/scenario/world"
import { projectRoot } from "../../../tools/project"

const DAY_MS = 86_400_000
/** Readings of a day at one in 10 s. */
const DAY = 8640

/**
 * The program, and a day's readings in its queue when it starts, in all slots and on the heap. It has less heap for them,
 * for steady power takes little room.
 */
async function afterOutage(): Promise<Record<string, string>> {
    const path = "src/main.ts"
    const main = await readFile(join(projectRoot, path), "utf8")
    const opened = "new LineReporter("
    expect(main).toContain(opened)
    const text = main
        .replace(/HEAP_BYTES = \d+/, "HEAP_BYTES = 8960")
        .replace(opened, `await longOutage(queue, meters[0], ${DAY})\n${opened}`)
    return { [path]: `import { longOutage } from "../test/device/store/long-outage"\n${text}` }
}

test("a day's readings are delivered within a minute, oldest first, while the meter is read on", async () => {
    const journal = new Journal()
    const world = await World.begin({
        start: Date.UTC(2026, 0, 15),
        seed: 1,
        meters: [{ name: "heatpump", address: 1 }],
        pollSeconds: 10,
        uploadSeconds: 30,
        journal,
        overrides: await afterOutage(),
    })
    const { clock, simulation, proxy, server } = world
    const down = { type: "down" } as const
    await proxy.add(down)
    await world.redeploy(2 * DAY_MS)

    const arrivals: { at: number; time: number; energy: number }[] = []
    server.onAccepted(({ input, time, value }) => {
        if (input === "energy") arrivals.push({ at: clock.now(), time, energy: value! })
    })
    const until = async (isSo: () => boolean, seconds: number) => {
        const limit = clock.now() + 1000 * seconds
        while (!isSo() && clock.now() < limit) await sleep(clock, 500)
        expect(isSo(), JSON.stringify([simulation.counters, journal.trouble.slice(-10)])).toBe(true)
    }
    await until(() => simulation.counters.readings > 2, 300)
    await until(() => simulation.counters.queued > DAY + 3, 300)
    await proxy.remove(down)
    await until(() => arrivals.length > DAY + 5, 400)
    await world.end()

    // each in its turn, and behind them the live ones
    const backlog = arrivals.slice(0, DAY)
    expect(backlog.findIndex(({ energy }, i) => energy !== 100_000 + 10 * i)).toBe(-1)
    expect(backlog.findIndex(({ time }, i) => time !== arrivals[0]!.time + 10 * i)).toBe(-1)
    expect(arrivals.findIndex(({ time }, i) => i > 0 && time <= arrivals[i - 1]!.time)).toBe(-1)
    const [begin, end] = [arrivals[0]!.at, arrivals[DAY - 1]!.at]
    expect(end - begin).toBeLessThan(60_000)
    expect(journal.taken.filter(({ at }) => at > begin && at < end).length).toBeGreaterThanOrEqual(
        Math.floor((end - begin) / 10_000),
    )
    expect(simulation.counters).toMatchObject({ dropped: 0, thinned: 0 })
    expect(journal).toMatchObject({ panics: 0, duplicates: 0 })
})
