import { sleep } from "../clock"
import { type Comparison, compare } from "./comparison"
import { milliseconds } from "./duration"
import { FAULTS } from "./faults"
import type { ScenarioFile } from "./format"
import { HeapWatch } from "./heap-watch"
import { Journal } from "./journal"
import type { Report } from "./report"
import { type Occurrence, timelineOf } from "./timeline"
import { World } from "./world"

/** How things stood at one moment of a run. */
export interface Sample {
    /** ms since the scenario began. */
    readonly at: number
    /** Readings waiting in the device, as it said last. */
    readonly queued: number
}

/** A scenario that was run to its end. */
export interface Run {
    readonly report: Report
    readonly world: World
    readonly journal: Journal
    readonly timeline: readonly Occurrence[]
    readonly samples: readonly Sample[]
}

/** What a scenario has where its author says nothing. */
const START = "2026-01-15T00:00:00Z"
const METERS = [{ name: "heatpump", address: 1 }]
const POLL_SECONDS = 10
const UPLOAD_SECONDS = 30
const RECOVERY = "2 h"
const SEED = 1

/** From one sample to the next, and from one look at the heap to the next, in ms. */
const SAMPLE_MS = 60_000
const LOOK_MS = 1_800_000

/**
 * Runs a scenario. When its time is over all faults end, and the device has time to deliver what waits; then the feeds
 * are compared with what the meters showed.
 * @param seed instead of the scenario's own
 * @param onProgress told the part of the time that is over, 0 to 1
 */
export async function runScenario(
    scenario: ScenarioFile,
    seed = scenario.seed ?? SEED,
    onProgress: (part: number) => void = () => {},
): Promise<Run> {
    const { meters = METERS, pollSeconds = POLL_SECONDS, uploadSeconds = UPLOAD_SECONDS } = scenario
    const start = Date.parse(scenario.start ?? START)
    const journal = new Journal()
    const world = await World.begin({
        start,
        seed,
        meters,
        pollSeconds,
        uploadSeconds,
        onLog: line => journal.hear(line),
        onProgramStop: code => journal.programStopped(code),
    })
    journal.witnesses = world.witnesses
    const { clock, flash, server, simulation } = world
    const writesBefore = flash.writes
    const erasesBefore = flash.erases
    const timeline = timelineOf(scenario, seed)
    const duration = milliseconds(scenario.duration)
    const end = start + duration
    const heap = new HeapWatch(world)
    const samples: Sample[] = []

    const claimedThinned = 0
    let running = true
    const sample = async () => {
        for (let tick = 0; running; tick++) {
            samples.push({ at: clock.now() - start, queued: simulation.counters.queued })
            onProgress(Math.min(1, (clock.now() - start) / duration))
            if (tick % (LOOK_MS / SAMPLE_MS) === 1) await heap.look()
            await sleep(clock, SAMPLE_MS)
        }
    }
    const sampling = sample()
    await letHappen(world, timeline, start)
    await sleep(clock, end - clock.now())
    const enough = (uploadSeconds / pollSeconds + 1) * meters.length
    const limit = end + milliseconds(scenario.recovery ?? RECOVERY)
    do await sleep(clock, SAMPLE_MS)
    while (clock.now() < limit && simulation.counters.queued > enough)
    await sleep(clock, uploadSeconds * 2000)
    running = false
    await sampling
    const comparisons = compareAll(world, journal, end, pollSeconds)
    const sum = (of: (c: Comparison) => number) => comparisons.reduce((total, c) => total + of(c), 0)
    const missing = sum(c => c.missing)
    const produced = sum(c => c.delivered) + missing
    const thinned = Math.min(missing, claimedThinned)
    const report: Report = {
        produced,
        delivered: produced - missing,
        lost: missing - thinned,
        thinned,
        duplicated: 0,
        energyErrorWh: sum(c => c.energyErrorWh),
        flashWrites: flash.writes - writesBefore,
        flashErases: flash.erases - erasesBefore,
        maxRamBytes: heap.maxBytes,
        requests: server.counters.requests,
        unread: Math.floor(duration / 1000 / pollSeconds) * meters.length - produced,
        wrong: sum(c => c.wrong),
        timeErrorS: Math.max(...comparisons.map(c => c.timeErrorS)),
        resets: simulation.device.resets,
        panics: journal.panics,
    }
    await world.end()
    return { report, world, journal, timeline, samples }
}

/** Begins and ends every fault at its time. */
async function letHappen(world: World, timeline: readonly Occurrence[], start: number): Promise<void> {
    const { clock } = world
    const happen = async ({ at, until, options }: Occurrence) => {
        await sleep(clock, start + at - clock.now())
        const end = await FAULTS[options.fault].begin(world, options)
        if (until === undefined) return
        await sleep(clock, start + until - clock.now())
        await end()
    }
    await Promise.all(timeline.map(happen))
}

function compareAll(world: World, journal: Journal, end: number, pollSeconds: number): Comparison[] {
    return world.witnesses.map(({ name, showings }) => {
        const feeds = world.inputsOf(name).map(input => world.server.feedPoints(world.feeds.get(input)!))
        const taken = journal.taken.filter(reading => reading.meter === name)
        return compare(taken, showings, feeds, pollSeconds, end)
    })
}
