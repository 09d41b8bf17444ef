import { sleep } from "../sim/clock"
import { Journal } from "../tools/scenario/journal"
import { World } from "../tools/scenario/world"

/** What an outage costs the program, and how it ends. */
export interface Outage {
    /** Hours until the first reading was thinned or dropped; `null` if the outage ended or the program panicked before. */
    readonly hoursUntilThinning: number | null
    /** On the first day of the outage. */
    readonly settingsWrites: number
    readonly sectorErases: number
    /** Readings that the server accepted once it was back, and the time from the first to the last. */
    readonly drained: number
    readonly drainSeconds: number
    /** Each panic loses the readings on the heap. */
    readonly panics: number
}

const CONFIG = { pollSeconds: 10, uploadSeconds: 30 }
const START = Date.UTC(2026, 0, 15)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Readings of a meter that can wait although nothing is wrong: those between two uploads. */
const USUAL = 4

/**
 * Takes the server away until the program thins readings, but for at most `limitHours`. Then measures how the program
 * delivers the backlog.
 */
export async function endure(limitHours: number, meterCount = 1): Promise<Outage> {
    const journal = new Journal()
    const meters = Array.from({ length: meterCount }, (_, i) => ({
        name: `heatpump${i || ""}`,
        address: i + 1,
    }))
    const world = await World.begin({ ...CONFIG, meters, start: START, seed: 1, journal })
    const { clock, simulation, flash, tcp, server } = world
    await sleep(clock, HOUR)
    const bring = tcp.interrupt("silent")
    const begun = clock.now()
    const before = { writes: flash.writes, erases: flash.erases }
    let day = before
    const isThinning = () => simulation.counters.thinned + simulation.counters.dropped > 0
    while (!isThinning() && clock.now() < begun + limitHours * HOUR) {
        await sleep(clock, MINUTE)
        if (clock.now() <= begun + DAY) day = { writes: flash.writes, erases: flash.erases }
    }
    const hoursUntilThinning = isThinning() && journal.panics === 0 ? (clock.now() - begun) / HOUR : null
    const times: number[] = []
    server.onAccepted(({ input }) => {
        if (input.endsWith("power")) times.push(clock.now())
    })
    bring()
    do await sleep(clock, 1000)
    while (times.length === 0 || simulation.counters.queued > USUAL * meterCount)
    await world.end()
    return {
        hoursUntilThinning,
        settingsWrites: day.writes - before.writes,
        sectorErases: day.erases - before.erases,
        drained: times.length,
        panics: journal.panics,
        drainSeconds: (times.at(-1)! - times[0]!) / 1000,
    }
}
