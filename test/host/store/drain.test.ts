import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import { join } from "node:path"
import { expect, test } from "vitest"
import { sleep } from "../../../sim/clock"
import { projectRoot } from "../../../tools/project"
import { Journal } from "../../../tools/scenario/journal"
import { World } from "../../../tools/scenario/world"

const DAY_MS = 86_400_000
/** Readings of a day, one every 10 s. */
const DAY = 8640

/** Bytes of heap that, with the slots, just hold a day of steady power. Such a day takes less room than a real one. */
const STEADY_DAY_BYTES = 11_648

/** Readings of steady power that fill all slots and nearly all of the heap that the program has for them. */
const FULL_ROW = 11_700

/**
 * Source texts of a program that starts with readings in its queue, in all slots and on the heap.
 * @param heapBytes for readings; by default as many as in the real program
 * @param isOwnRun whether this run of the program has taken them
 */
async function afterOutage(
    readings: number,
    heapBytes?: number,
    isOwnRun = true,
): Promise<Record<string, string>> {
    const path = "src/main.ts"
    const main = await readFile(join(projectRoot, path), "utf8")
    const opened = "new LineReporter("
    expect(main).toContain(opened)
    const text = main
        .replace(/(?<=HEAP_BYTES = )\d+/, own => String(heapBytes ?? own))
        .replace(opened, `await longOutage(queue, meters[0], ${readings}, ${isOwnRun})\n${opened}`)
    return { [path]: `import { longOutage } from "../test/device/queue/long-outage"\n${text}` }
}

/** A reading that arrived, and when it did. */
interface Arrival {
    readonly at: number
    readonly time: number
    readonly energy: number
}

function worldOf(overrides: Readonly<Record<string, string>>, journal: Journal): Promise<World> {
    return World.begin({
        start: Date.UTC(2026, 0, 15),
        seed: 1,
        meters: [{ name: "heatpump", address: 1 }],
        pollSeconds: 10,
        uploadSeconds: 30,
        journal,
        overrides,
    })
}

/**
 * Lets the server return, and checks what arrives until everything that waited is delivered.
 * @param before runs when the network is back, but the server is not yet
 */
async function delivered(
    readings: number,
    overrides: Readonly<Record<string, string>>,
    before: (world: World) => Promise<void> = async () => {},
) {
    const journal = new Journal()
    const world = await worldOf(overrides, journal)
    const { clock, rig, proxy, server } = world
    const down = { type: "down" } as const
    await proxy.add(down)
    await world.device.redeploy(2 * DAY_MS)

    const arrivals: Arrival[] = []
    server.onAccepted(({ input, time, value }) => {
        if (input === "energy") arrivals.push({ at: clock.now(), time, energy: value! })
    })
    await rig.until("readings", () => rig.counters.readings > 2, 300)
    await rig.until("the backlog and more", () => rig.counters.queued > readings + 3, 300)
    await proxy.remove(down)
    await before(world)
    await rig.until("all has arrived", () => arrivals.length > readings + 5, 700)
    await world.end()

    // the backlog arrives in order, and the live readings after it
    const backlog = arrivals.slice(0, readings)
    expect(backlog.findIndex(({ energy }, i) => energy !== 100_000 + 10 * i)).toBe(-1)
    expect(backlog.findIndex(({ time }, i) => time !== arrivals[0]!.time + 10 * i)).toBe(-1)
    expect(arrivals.findIndex(({ time }, i) => i > 0 && time <= arrivals[i - 1]!.time)).toBe(-1)
    expect(rig.counters).toMatchObject({ dropped: 0, thinned: 0 })
    expect(journal).toMatchObject({ panics: 0, duplicates: 0, repeats: 0 })
    return { backlog, journal }
}

test("delivers a day's readings within a minute, oldest first, while polls continue", async () => {
    const { backlog, journal } = await delivered(DAY, await afterOutage(DAY, STEADY_DAY_BYTES))
    const [begin, end] = [backlog[0]!.at, backlog[DAY - 1]!.at]
    expect(end - begin).toBeLessThan(60_000)
    expect(journal.taken.filter(({ at }) => at > begin && at < end).length).toBeGreaterThanOrEqual(
        Math.floor((end - begin) / 10_000),
    )
})

// The heap is as full of blocks as allowed, and the network's bytes still have to find room.
test("delivers a full queue without a panic", async () => {
    const { backlog } = await delivered(FULL_ROW, await afterOutage(FULL_ROW))
    expect(backlog).toHaveLength(FULL_ROW)
})

test("survives a 45 KB log-in page after a long outage by sending only HEAD requests", async () => {
    const asked: string[] = []
    const page = `<html>${"log in! ".repeat(5700)}</html>`
    const network = createServer((request, response) => {
        asked.push(request.method!)
        response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" })
        response.end(page)
    })
    const { backlog } = await delivered(FULL_ROW, await afterOutage(FULL_ROW), async ({ clock, server }) => {
        const { connect } = server
        server.connect = socket => network.emit("connection", socket)
        await sleep(clock, 20 * 60_000)
        server.connect = connect
    })
    expect(backlog).toHaveLength(FULL_ROW)
    expect(asked.length).toBeGreaterThan(1)
    expect(new Set(asked)).toEqual(new Set(["HEAD"]))
})

test("leaves out readings in slots of an earlier run, without taking too many steps at once", async () => {
    const world = await worldOf(await afterOutage(400, undefined, false), new Journal())
    const { rig } = world
    await world.device.redeploy(2 * DAY_MS)
    await rig.until("only what is left out is gone", () => rig.counters.thinned >= 400, 120)
    await rig.until("readings arrive", () => rig.counters.accepted > 2, 120)
    expect(rig.stops).toEqual([])
    expect(rig.counters).toMatchObject({ thinned: 400, dropped: 0 })
    await world.end()
})
