import { type Random, seededRandom } from "../../sim/random"
import { milliseconds } from "./duration"
import type { FaultOptions, PlannedFault, RandomFault, Scenario } from "./format"

/** One fault at one time. All times are in ms since the scenario began. */
export interface Occurrence {
    readonly at: number
    /** `undefined` for a fault that is over at once. */
    readonly until: number | undefined
    readonly options: FaultOptions
}

const DAY = 86_400_000

/**
 * All that will happen, in order of time. What lasts is over at the end at the latest.
 * @param seed decides about random faults; each kind has a sequence of its own, so that another one beside it changes
 * nothing
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

/** Comes as a Poisson process does: the time to the next one does not depend on that since the last. */
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

/** Short ones as often as long ones, on a logarithmic scale. */
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
