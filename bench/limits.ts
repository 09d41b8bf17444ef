import { ProgressBar } from "../cli/scenario/progress-bar"
import type { Config } from "../tools/wiring/config"
import { type Day, type Trial, tryWiring } from "../tools/wirings/trial"
import type { Bench, BenchOptions } from "./bench"
import { withMoreHeapBytes } from "./heap-bytes"
import { type LimitCase, limitCases } from "./limit-cases"

/** Seeds of the days. */
const SEEDS: Readonly<Record<Day, readonly number[]>> = { bad: [1, 2], worst: [1] }

/** Bytes more for readings, to show that the days can fail. */
const MORE_BYTES = 4096
const MORE_TEXT = MORE_BYTES.toLocaleString("en-US")

/** A day of a wiring has failed otherwise than by a stop of the program: it was refused, or readings were lost, wrong or twice. */
class FailedDay extends Error {
    constructor(
        readonly wiring: string,
        readonly seed: number,
        readonly trial: Trial,
    ) {
        super(`${wiring}, seed ${seed}: ${JSON.stringify(trial)}`)
        this.name = "FailedDay"
    }
}

/** Puts the wirings with the most meters that `configure` accepts through long outages. */
export const limits: Bench = {
    name: "limits",
    subject: "wirings at the limit of the heap",
    onlyByName: true,
    method:
        "Wirings with as many meters as configure accepts, and the smallest for comparison, each with a reading every 10 s " +
        "unless it says otherwise. A bad day has an outage of 40 minutes, the outage of a worst day lasts until all room is " +
        "full, and an hour more. Each is followed by a log-in page of 45 KB, replies with nearly 4 KB of headers, delivery and " +
        "a reset. Panics: days on which the program stopped, because no gap in the heap was large enough. On all other days no " +
        "reading was lost, wrong or twice, or the bench ends with an error. Free: the least heap, checked every five minutes. To " +
        `show that a day can fail, the bad days are repeated with ${MORE_TEXT} bytes more for readings.`,
    async measure({ count }: BenchOptions = {}) {
        const bar = new ProgressBar("limits")
        const cases = limitCases.slice(0, count)
        const rows = []
        for (const limitCase of cases) {
            bar.show(rows.length / cases.length)
            rows.push({ wiring: limitCase.name, ...(await resultOf(limitCase)) })
        }
        bar.clear()
        return {
            figures: { wirings: rows },
            tables: [
                {
                    columns: [
                        "wiring",
                        "bad days",
                        "panics",
                        "worst days",
                        "panics",
                        "free, bytes",
                        `panics on bad days with ${MORE_TEXT} bytes more for readings`,
                    ],
                    rows: rows.map(row => Object.values(row)),
                },
            ],
        }
    },
}

async function resultOf({ name, config }: LimitCase) {
    const bad = await live(name, config, "bad")
    const worst = await live(name, config, "worst")
    const more = await live(name, config, "bad", await withMoreHeapBytes(MORE_BYTES))
    return {
        badDays: SEEDS.bad.length,
        badDayPanics: bad.panics,
        worstDays: SEEDS.worst.length,
        worstDayPanics: worst.panics,
        leastFreeBytes: Math.min(bad.leastFreeBytes, worst.leastFreeBytes),
        panicsWithMore: more.panics,
    }
}

/**
 * Takes a wiring through days.
 * @returns the number of days on which the program stopped, and the least free heap
 * @throws FailedDay
 */
async function live(name: string, config: Config, day: Day, overrides?: Readonly<Record<string, string>>) {
    let panics = 0
    let leastFreeBytes = Number.POSITIVE_INFINITY
    for (const seed of SEEDS[day]) {
        const trial = await tryWiring(config, seed, day, overrides)
        if ("refused" in trial) throw new FailedDay(name, seed, trial)
        const stopped = trial.panics.length > 0
        if (!stopped && trial.lost + trial.wrong + trial.duplicated > 0)
            throw new FailedDay(name, seed, trial)
        if (stopped) panics++
        leastFreeBytes = Math.min(leastFreeBytes, trial.leastFreeBytes)
    }
    return { panics, leastFreeBytes }
}
