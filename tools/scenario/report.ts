import { heatPump } from "../../sim/meter/heat-pump"
import { type Comparison, compare } from "./comparison"
import { milliseconds } from "./duration"
import type { Scenario } from "./format"
import type { Journal } from "./journal"
import { type Performance, performanceOf } from "./performance"
import type { Report } from "./report-figures"
import type { SelfCare } from "./self-care"
import type { World } from "./world"

/** The meaning of every figure. */
const MEANINGS: Readonly<Record<keyof Report, string>> = {
    produced: "readings taken by the program",
    delivered: "of them are in the feeds, with the meter's values",
    lost: "of them are not, and the program does not account for them",
    thinned: "of them were removed to make room for others",
    unexplained: "of the lost ones have no known reason",
    duplicated: "values for a time for which the server had another value",
    sentAgain: "uploads of readings that the server already had, and that changed no feed",
    energyErrorWh: "Wh more in the feeds than on the meters",
    flashWrites: "writes to the flash",
    flashErases: "sectors of the flash erased",
    maxRamBytes: "bytes of heap in use at most, checked twice an hour",
    requests: "HTTP requests that reached the server",
    unread: "poll slots without a reading",
    wrong: "points in the feeds that no meter showed",
    timeErrorS: "s at most between a reading and the time of its point",
    resets: "resets of the chip",
    panics: "panics of the program",
    actorsLost: "actors without a heartbeat at the end",
    logBytes: "bytes of log in the flash at the end",
    logDisorder: "records of that log that are out of order",
    cop: "heat divided by electricity, both from the feeds",
    copErrorPercent: "% between that and the heat pump's real value",
    unpaired: "times at which only one of the two feeds has a value",
}

/** What remains of a run after its world has ended. */
export interface Outcome {
    readonly scenario: Scenario
    readonly world: World
    readonly journal: Journal
    readonly maxRamBytes: number
    readonly selfCare: SelfCare
}

/** Compares the meters' readings with the feeds. What comes after the end of the scenario is not counted. */
export function reportOf({ scenario, world, journal, maxRamBytes, selfCare }: Outcome): Report {
    const { pollSeconds } = scenario
    const duration = milliseconds(scenario.duration)
    const end = Date.parse(scenario.start) + duration
    const comparisons = world.witnesses.map(({ name, showings, answers }) => {
        const feeds = world.inputsOf(name).map(input => world.server.feedPoints(world.feeds.get(input)!))
        const taken = journal.taken.filter(({ meter }) => meter === name)
        return compare(taken, showings, feeds, { pollSeconds, end, energy: answers.energy })
    })
    const sum = (figure: (c: Comparison) => number) => comparisons.reduce((total, c) => total + figure(c), 0)
    const delivered = sum(c => c.delivered)
    const missing = sum(c => c.missing)
    const produced = delivered + missing
    const thinned = Math.min(missing, journal.thinned)
    const lost = missing - thinned
    const explained = journal.dropped + journal.presumed + journal.unsaved
    return {
        produced,
        delivered,
        lost,
        thinned,
        unexplained: Math.max(0, lost - explained),
        duplicated: journal.duplicates,
        sentAgain: journal.repeats,
        energyErrorWh: sum(c => c.energyErrorWh),
        flashWrites: world.flash.writes - world.deployed.writes,
        flashErases: world.flash.erases - world.deployed.erases,
        maxRamBytes,
        requests: world.server.counters.requests,
        unread: Math.round(duration / 1000 / pollSeconds) * world.witnesses.length - produced,
        wrong: sum(c => c.wrong),
        timeErrorS: Math.round(Math.max(...comparisons.map(c => c.timeErrorS)) * 10) / 10,
        resets: world.simulation.device.resets,
        panics: journal.panics,
        ...selfCare,
        ...performanceIn(scenario, world, end),
    }
}

function performanceIn(
    { heatMeter, meters, seed }: Scenario,
    world: World,
    end: number,
): Partial<Performance> {
    if (!heatMeter) return {}
    const pointsOf = (input: string) => world.server.feedPoints(world.feeds.get(input)!)
    const electricity = pointsOf(`${meters[0]!.name}_energy`)
    const heat = pointsOf(`${heatMeter.name}_heat_energy`)
    return performanceOf(electricity, heat, heatPump(seed), end)
}

/** A sentence for every figure that exceeds the scenario's expectation. */
export function surprises(report: Report, { expect }: Scenario): string[] {
    return Object.entries(expect).flatMap(([name, most]) => {
        const figure = report[name as keyof Report] ?? 0
        return Math.abs(figure) <= most ? [] : [`${name} is ${figure}, but should be at most ${most}`]
    })
}

/** The report as text, with a figure and its meaning in every line. */
export function reportText(report: Report): string {
    return Object.entries(MEANINGS)
        .filter(([name]) => report[name as keyof Report] !== undefined)
        .map(([name, meaning]) => `${String(report[name as keyof Report]).padStart(10)}  ${meaning}`)
        .join("\n")
}
