import { isRelease, NEWEST_VERSION, OLDEST_VERSION } from "../../sim/emoncms/release"
import type { Mistake } from "../wiring/config-error"
import { milliseconds } from "./duration"
import { FAULTS } from "./faults"
import type { FaultOptions, PlannedFault, RandomFault, Scenario, ScenarioMeter } from "./format"

/** The parameters that only some kinds of faults have. */
const PARAMETERS = [
    "by",
    "meter",
    "line",
    "rate",
    "toxic",
    "gateway",
    "actor",
    "does",
] as const satisfies (keyof FaultOptions)[]

/** Finds mistakes in a scenario that has the right form. */
export function meaningMistakes(scenario: Scenario): Mistake[] {
    const { timeline, random } = scenario
    return [
        ...startMistakes(scenario),
        ...versionMistakes(scenario),
        ...meterMistakes(scenario),
        ...timeline.flatMap((fault, i) => plannedMistakes(fault, `timeline[${i}]`, scenario)),
        ...random.flatMap((fault, i) => randomMistakes(fault, `random[${i}]`, scenario)),
    ]
}

function startMistakes({ start }: Scenario): Mistake[] {
    const at = Date.parse(start)
    const isDate = !Number.isNaN(at) && new Date(at).toISOString().startsWith(start.slice(0, 19))
    if (isDate) return []
    const cure = "Check month, day and time."
    return [{ path: "start", value: start, problem: "is not in the calendar", cure }]
}

function versionMistakes({ emoncmsVersion: version }: Scenario): Mistake[] {
    if (isRelease(version)) return []
    const problem = "is not an EmonCMS version of the stand-in"
    const cure = `Write a version from ${OLDEST_VERSION} to ${NEWEST_VERSION}.`
    return [{ path: "emoncmsVersion", value: version, problem, cure }]
}

function meterMistakes(scenario: Scenario): Mistake[] {
    const meters = metersOf(scenario)
    return (["name", "address"] as const).flatMap(key =>
        meters.flatMap((meter, i) => {
            const first = meters.findIndex(other => other[key] === meter[key])
            if (first === i) return []
            const path = i < scenario.meters.length ? `meters[${i}].${key}` : `heatMeter.${key}`
            const problem = `is also that of meters[${first}]`
            return [{ path, value: meter[key], problem, cure: "Give each meter its own." }]
        }),
    )
}

function metersOf({ meters, heatMeter }: Scenario): ScenarioMeter[] {
    return [...meters, ...(heatMeter ? [heatMeter] : [])]
}

function plannedMistakes(fault: PlannedFault, path: string, scenario: Scenario): Mistake[] {
    const mistakes = faultMistakes(fault, path, scenario)
    if (milliseconds(fault.at) >= milliseconds(scenario.duration)) {
        mistakes.push({
            path: `${path}.at`,
            value: fault.at,
            problem: `is not before the end, ${scenario.duration}`,
            cure: "Choose an earlier time, or a longer duration.",
        })
    }
    if (fault.every !== undefined && milliseconds(fault.every) === 0) {
        mistakes.push({
            path: `${path}.every`,
            value: fault.every,
            problem: "is no duration",
            cure: "Write a duration above 0.",
        })
    }
    if (fault.until !== undefined && fault.every === undefined) {
        const cure = 'Use "for" for how long it lasts, or add "every".'
        mistakes.push({ path: `${path}.until`, value: fault.until, problem: 'needs "every"', cure })
    }
    return mistakes
}

function randomMistakes(fault: RandomFault, path: string, scenario: Scenario): Mistake[] {
    const mistakes = faultMistakes(fault, path, scenario)
    const duration = fault.for
    if (typeof duration !== "object") return mistakes
    const [from, to] = [milliseconds(duration.from), milliseconds(duration.to)]
    if (from > 0 && from <= to) return mistakes
    const cure = "Write the shortest duration, above 0, as from and the longest as to."
    return [...mistakes, { path: `${path}.for`, value: duration, problem: "is not a range", cure }]
}

/** Checks that a fault has the parameters of its kind, and no others. */
function faultMistakes(fault: PlannedFault | RandomFault, path: string, scenario: Scenario): Mistake[] {
    const meters = metersOf(scenario)
    const { lasts, needs, takes } = FAULTS[fault.fault]
    const mistakes: Mistake[] = []
    const complain = (name: string, value: unknown, problem: string, cure: string) =>
        mistakes.push({ path: `${path}.${name}`, value, problem, cure })
    if (lasts && fault.for === undefined) {
        complain("for", undefined, "is missing", `Say how long ${fault.fault} lasts, for example "10 min".`)
    }
    if (!lasts && fault.for !== undefined) {
        complain(
            "for",
            fault.for,
            `is not possible with ${fault.fault}`,
            "Remove it: this fault has no duration.",
        )
    }
    for (const name of PARAMETERS) {
        const value = fault[name]
        if (value === undefined && needs.includes(name)) {
            complain(name, undefined, "is missing", `${fault.fault} needs it; see docs/scenarios.md.`)
        } else if (value !== undefined && !needs.includes(name) && !takes.includes(name)) {
            complain(name, value, `is not possible with ${fault.fault}`, "Remove it.")
        }
    }
    if (fault.fault === "gateway" && scenario.line?.gateway === undefined) {
        const cure = 'Write "line": { "gateway": "modbus-tcp" }, or leave this fault out.'
        complain("fault", fault.fault, "needs a gateway", cure)
    }
    const { meter } = fault
    if (meter !== undefined && !meters.some(({ name }) => name === meter)) {
        complain("meter", meter, "does not exist", `Write one of ${meters.map(m => m.name).join(", ")}.`)
    }
    return mistakes
}
