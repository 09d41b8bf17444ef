import { sleep } from "../../sim/clock"
import type { Config } from "../wiring/config"
import { milliseconds } from "./duration"
import { FAULTS } from "./faults"
import type { Scenario } from "./format"
import { HeapWatch } from "./heap-watch"
import { Journal } from "./journal"
import { reportOf } from "./report"
import type { Report } from "./report-figures"
import { selfCareOf } from "./self-care"
import { type Occurrence, timelineOf } from "./timeline"
import { World } from "./world"

/** The state at one moment of a run. */
export interface Sample {
    /** In ms since the scenario began. */
    readonly at: number
    /** Waiting readings, by the device's latest counters. */
    readonly queued: number
}

/** A completed run of a scenario. */
export interface Run {
    readonly scenario: Scenario
    readonly seed: number
    readonly timeline: readonly Occurrence[]
    readonly world: World
    readonly journal: Journal
    readonly samples: readonly Sample[]
    readonly report: Report
    /** Duration of the run, recovery included, in ms of virtual time. */
    readonly elapsed: number
}

export interface RunOptions {
    /** Instead of the scenario's own. */
    readonly seed?: number
    /** Board, driver and store. Defaults to the project's default configuration. */
    readonly config?: Config
    /** Called with the part of the time that has passed, 0 to 1. */
    readonly onProgress?: (part: number) => void
}

/** Intervals of samples and of heap measurements, in ms. */
const SAMPLE_MS = 60_000
const LOOK_MS = 1_800_000

/**
 * Runs a scenario. When its time is over, all faults end, and the device gets time to deliver the backlog. Then the feeds
 * are compared with what the meters showed.
 */
export async function runScenario(scenario: Scenario, options: RunOptions = {}): Promise<Run> {
    const { seed = scenario.seed, config, onProgress } = options
    const start = Date.parse(scenario.start)
    const journal = new Journal()
    const timeline = timelineOf(scenario, seed)
    const faulty = timeline.some(({ options }) => options.fault === "actor-fault")
    const world = await World.begin({ ...scenario, start, seed, config, journal, faulty })
    const { clock } = world
    const heap = new HeapWatch(world)
    const samples: Sample[] = []
    const duration = milliseconds(scenario.duration)

    const watching = watch(world, tick => {
        const at = clock.now() - start
        world.count()
        samples.push({ at, queued: world.simulation.counters.queued })
        onProgress?.(Math.min(1, at / duration))
        return tick % (LOOK_MS / SAMPLE_MS) === 1 ? heap.look() : undefined
    })
    await letHappen(world, timeline, start)
    await sleep(clock, start + duration - clock.now())
    await recover(world, scenario)
    await watching.stop()
    const elapsed = clock.now() - start
    const selfCare = await selfCareOf(world.simulation)
    await world.end()
    const report = reportOf({
        scenario: { ...scenario, seed },
        world,
        journal,
        maxRamBytes: heap.maxBytes,
        selfCare,
    })
    return { scenario, seed, timeline, world, journal, samples, report, elapsed }
}

/** Calls `act` at regular intervals until it is stopped. */
function watch({ clock }: World, act: (tick: number) => Promise<void> | undefined) {
    let running = true
    const life = async () => {
        for (let tick = 0; running; tick++) {
            await act(tick)
            await sleep(clock, SAMPLE_MS)
        }
    }
    const over = life()
    return {
        stop() {
            running = false
            return over
        },
    }
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

/** Waits until the device has delivered all but the latest readings. */
async function recover({ clock, simulation, witnesses }: World, scenario: Scenario): Promise<void> {
    const { pollSeconds, uploadSeconds } = scenario
    const usual = (uploadSeconds / pollSeconds + 1) * witnesses.length
    const limit = clock.now() + milliseconds(scenario.recovery)
    do await sleep(clock, SAMPLE_MS)
    while (clock.now() < limit && simulation.counters.queued > usual)
    await sleep(clock, 2000 * uploadSeconds)
}
