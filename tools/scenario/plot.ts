import { durationText, milliseconds } from "./duration"
import type { Run } from "./run-scenario"
import type { Occurrence } from "./timeline"

/** A curve: time in ms since the scenario began, and value. A missing value interrupts the line. */
type Curve = readonly (readonly [at: number, value: number | undefined])[]

const WIDTH = 1200
const LEFT = 150
const RIGHT = 20
const TOP = 70
const POWER_HEIGHT = 170
const QUEUE_HEIGHT = 110
const ROW_HEIGHT = 18
const GAP = 34
/** Most points of a curve; more would not be visible. */
const COLUMNS = WIDTH - LEFT - RIGHT

const STYLE = `
    text { font: 13px sans-serif; fill: #333 }
    .title { font-size: 17px; font-weight: bold }
    .end { text-anchor: end }
    .middle { text-anchor: middle }
    .axis { fill: none; stroke: #999; stroke-width: 1 }
    .grid { stroke: #ddd; stroke-width: 1 }
    .curve { fill: none; stroke-width: 1.2 }
    .meter { stroke: #e07b00 }
    .feed { stroke: #2065b0 }
    .queue { fill: #8a5fb5; stroke: none; opacity: .8 }
    .fault { fill: #c0392b }`

/**
 * Draws a run as SVG: what the first meter showed, what its feed holds, how many readings waited, and the faults below each
 * other. Of several points in one column, the highest is drawn.
 */
export function plotOf(run: Run): string {
    const { scenario, seed, timeline, report } = run
    const duration = milliseconds(scenario.duration)
    const x = (at: number) => round(LEFT + (Math.min(at, duration) / duration) * COLUMNS)
    const kinds = [...new Set(timeline.map(labelOf))]
    const feedTop = TOP + POWER_HEIGHT + GAP
    const queueTop = feedTop + POWER_HEIGHT + GAP
    const faultTop = queueTop + QUEUE_HEIGHT + GAP
    const height = faultTop + kinds.length * ROW_HEIGHT + 50
    const { shown, stored } = powerCurves(run)
    const most = highest(shown)
    const waiting: Curve = run.samples.map(({ at, queued }) => [at, queued])
    const queued = highest(waiting)
    const { produced, delivered, lost, thinned } = report
    const counts = `${produced} readings: ${delivered} delivered, ${thinned} thinned, ${lost} lost`
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">`,
        `<style>${STYLE}\n</style>`,
        '<rect width="100%" height="100%" fill="white"/>',
        text(LEFT, 26, scenario.description, "title"),
        text(LEFT, 48, `${counts}; seed ${seed}`),
        ...timeGrid(duration, x, faultTop + kinds.length * ROW_HEIGHT),
        ...panel("meter, W", TOP, POWER_HEIGHT, most),
        line(shown, x, TOP, POWER_HEIGHT, most, "meter"),
        ...panel("feed, W", feedTop, POWER_HEIGHT, most),
        line(stored, x, feedTop, POWER_HEIGHT, most, "feed"),
        ...panel("waiting", queueTop, QUEUE_HEIGHT, queued),
        area(waiting, x, queueTop, QUEUE_HEIGHT, queued),
        ...kinds.flatMap((kind, row) => {
            const y = faultTop + row * ROW_HEIGHT
            const bars = timeline
                .filter(occurrence => labelOf(occurrence) === kind)
                .map(({ at, until = at }) => bar(x(at), x(until), y))
            return [text(LEFT - 8, y + 12, kind, "end"), ...bars]
        }),
        "</svg>\n",
    ].join("\n")
}

/** The highest value of a curve, at least 1. Two weeks have more points than `Math.max` accepts arguments. */
function highest(curve: Curve): number {
    return curve.reduce((most, [, value]) => Math.max(most, value ?? 0), 1)
}

/** The power that the first meter showed, and the power in its feed. */
function powerCurves({ world, scenario }: Run): { shown: Curve; stored: Curve } {
    const start = Date.parse(scenario.start)
    const { name, showings, answers } = world.witnesses[0]!
    const power = answers.inputs.indexOf("power")
    const feed = world.feeds.get(world.inputsOf(name)[power]!)!
    const broken = 1.5 * 1000 * scenario.pollSeconds
    const shown = showings.map(({ at, values }) => [at - start, values[power]!] as const)
    const stored = world.server.feedPoints(feed).map(([time, value]) => [time * 1000 - start, value] as const)
    return { shown: withGaps(shown, broken), stored: withGaps(stored, broken) }
}

/** Interrupts a curve where points are missing for longer than `most` ms. */
function withGaps(curve: readonly (readonly [number, number])[], most: number): Curve {
    return curve.flatMap(([at, value], i) => {
        const before = curve[i - 1]?.[0]
        if (before === undefined || at - before <= most) return [[at, value]]
        return [
            [before, undefined],
            [at, value],
        ]
    })
}

function line(
    curve: Curve,
    x: (at: number) => number,
    top: number,
    height: number,
    most: number,
    name: string,
): string {
    let path = ""
    let pen = "M"
    for (const [column, value] of columns(curve, x)) {
        if (value === undefined) {
            pen = "M"
            continue
        }
        path += `${pen}${column} ${round(top + height * (1 - value / most))}`
        // Makes an isolated point visible.
        if (pen === "M") path += "h1"
        pen = "L"
    }
    return `<path class="curve ${name}" d="${path}"/>`
}

function area(curve: Curve, x: (at: number) => number, top: number, height: number, most: number): string {
    const bottom = top + height
    const points = columns(curve, x).map(
        ([column, value]) => `L${column} ${round(bottom - (height * (value ?? 0)) / most)}`,
    )
    const end = curve.at(-1)?.[0] ?? 0
    return `<path class="queue" d="M${LEFT} ${bottom}${points.join("")}L${x(end)} ${bottom}Z"/>`
}

/** Reduces a curve to the highest point in every column of the picture, and keeps its gaps. */
function columns(curve: Curve, x: (at: number) => number): [number, number | undefined][] {
    const points: [number, number | undefined][] = []
    for (const [at, value] of curve) {
        const column = Math.round(x(at))
        const last = points.at(-1)
        if (last && last[0] === column && last[1] !== undefined && value !== undefined) {
            last[1] = Math.max(last[1], value)
        } else if (value !== undefined || last?.[1] !== undefined) {
            points.push([column, value])
        }
    }
    return points
}

function panel(label: string, top: number, height: number, most: number): string[] {
    const bottom = top + height
    return [
        text(LEFT - 8, top + 12, String(Math.ceil(most)), "end"),
        text(LEFT - 8, bottom, "0", "end"),
        text(LEFT - 60, top + height / 2, label, "end"),
        `<path class="axis" d="M${LEFT} ${top}V${bottom}H${WIDTH - RIGHT}"/>`,
    ]
}

/** Possible distances between two lines of the time grid. */
const STEPS = ["5 min", "10 min", "30 min", "1 h", "2 h", "6 h", "12 h", "1 d", "2 d", "5 d", "10 d"].map(
    milliseconds,
)
const MOST_LINES = 16

function timeGrid(duration: number, x: (at: number) => number, bottom: number): string[] {
    const step = STEPS.find(s => duration / s <= MOST_LINES) ?? STEPS.at(-1)!
    const lines: string[] = []
    for (let at = 0; at <= duration; at += step) {
        lines.push(`<path class="grid" d="M${x(at)} ${TOP}V${bottom}"/>`)
        lines.push(text(x(at), bottom + 18, at === 0 ? "0" : durationText(at), "middle"))
    }
    return lines
}

function bar(from: number, to: number, y: number): string {
    return `<rect class="fault" x="${from}" y="${y}" width="${round(Math.max(1.5, to - from))}" height="13"/>`
}

function labelOf({ options: { fault, line: disturbance, toxic } }: Occurrence): string {
    const detail = disturbance ?? toxic?.type
    return detail === undefined ? fault : `${fault} ${detail}`
}

function text(x: number, y: number, content: string, name = ""): string {
    const escaped = content.replace(/[&<>]/g, c => `&#${c.charCodeAt(0)};`)
    return `<text x="${x}" y="${y}" class="${name}">${escaped}</text>`
}

function round(pixels: number): number {
    return Math.round(pixels * 10) / 10
}
