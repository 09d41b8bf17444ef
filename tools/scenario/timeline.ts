import { type Random, seededRandom } from "../../sim/random"
import { milliseconds } from "./duration"
import type { FaultOptions, PlannedFault, RandomFault, Scenario } from "./format"

/** One occurrence of a fault. All times are in ms since the scenario began. */
export interface Occurrence {
    readonly at: number
    /** `undefined` for a fault that is over at once. */
    readonly until: number | undefined
    readonly options: FaultOptions
}

const DAY = 86_400_000

/**
 * All occurrences of faults, in order of time. Lasting faults end with the scenario at the latest.
 * @param seed for the random faults. Each has a sequence of its own, so that adding one does not change those before it
 */
export function timelineOf(scenario: Scenario, seed: number): Occurrence[] {
    const end = milliseconds(scenario.duration)
    const planned = scenario.timeline.flatMap(fault => plan(fault, end))
    const chance = scenario.random.flatMap((fault, index) =>
        draw(fault, end, seededRandom(seed * 1009 + index)),
    )
    return [...planned, ...chance].sort((a, b) => a.at - b.at)
}

function plan(fault: PlannedFault, end: number): Occurrence[] {
    const first = milliseconds(fault.at)
    const last = fault.until === undefined ? end : Math.min(end, milliseconds(fault.until))
    const step = fault.every === undefined ? Number.POSITIVE_INFINITY : milliseconds(fault.every)
    const occurrences: Occurrence[] = []
    for (let at = first; at < last; at += step) {
        occurrences.push({ at, until: endOf(at, lasting(fault.for), end), options: fault })
    }
    return occurrences
}

/** Draws the times of a Poisson process: the time to the next occurrence does not depend on the time since the last. */
function draw(fault: RandomFault, end: number, random: Random): Occurrence[] {
    const occurrences: Occurrence[] = []
    const wait = () => (-Math.log(1 - random()) * DAY) / fault.perDay
    for (let at = wait(); at < end; at += wait()) {
        const rounded = Math.round(at)
        occurrences.push({
            at: rounded,
            until: endOf(rounded, drawDuration(fault, random), end),
            options: fault,
        })
    }
    return occurrences
}

/** Draws a duration, evenly distributed on a logarithmic scale. */
function drawDuration({ for: duration }: RandomFault, random: Random): number | undefined {
    if (typeof duration !== "object") return lasting(duration)
    const [from, to] = [milliseconds(duration.from), milliseconds(duration.to)]
    return Math.round(from * (to / from) ** random())
}

function lasting(duration: string | undefined): number | undefined {
    return duration === undefined ? undefined : milliseconds(duration)
}

function endOf(at: number, duration: number | undefined, end: number): number | undefined {
    return duration === undefined ? undefined : Math.min(at + duration, end)
}
