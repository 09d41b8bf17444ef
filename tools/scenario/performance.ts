import type { FeedPoint } from "../../sim/emoncms/feeds/engine"
import type { Load } from "../../sim/meter/load"

/** A heat pump's coefficient of performance, according to the feeds of its electricity meter and its heat meter. */
export interface Performance {
    /** Heat divided by electricity, both in Wh, from the first to the last time for which both feeds have a value. */
    readonly cop: number
    /** Deviation from the heat pump's true coefficient in the same time, in percent. */
    readonly copErrorPercent: number
    /** Times for which only one of the two feeds has a value. */
    readonly unpaired: number
}

/** The heat pump is sampled once a second, as meters do. */
const STEP_MS = 1000

/**
 * @param electricity feed of the electric energy in Wh
 * @param heat feed of the heat energy in Wh
 * @param end points from this time on, in ms, are not counted
 */
export function performanceOf(
    electricity: readonly FeedPoint[],
    heat: readonly FeedPoint[],
    load: Load,
    end: number,
): Performance {
    const heatAt = new Map(known(heat, end))
    const both = known(electricity, end).filter(([time]) => heatAt.has(time))
    const [first, last] = [both[0], both.at(-1)]
    const unpaired = known(electricity, end).length + heatAt.size - 2 * both.length
    if (!first || !last || last[1] === first[1]) return { cop: 0, copErrorPercent: 100, unpaired }
    const cop = (heatAt.get(last[0])! - heatAt.get(first[0])!) / (last[1] - first[1])
    const truth = trueCop(load, first[0] * 1000, last[0] * 1000)
    return { cop: rounded(cop), copErrorPercent: rounded(100 * Math.abs(cop / truth - 1)), unpaired }
}

function known(points: readonly FeedPoint[], end: number): readonly FeedPoint[] {
    return points.filter(([time]) => time * 1000 < end)
}

/** Heat that a defrost takes back is not counted, as in heat meters. */
function trueCop(load: Load, from: number, to: number): number {
    let heat = 0
    let electricity = 0
    for (let time = from; time < to; time += STEP_MS) {
        const flow = load(time)
        heat += Math.max(flow.heat?.power ?? 0, 0)
        electricity += flow.power
    }
    return heat / electricity
}

function rounded(value: number): number {
    return Math.round(value * 1000) / 1000
}
