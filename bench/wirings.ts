import { ProgressBar } from "../cli/scenario/progress-bar"
import { MOST_STEPS } from "../sim/vm/step-counter"
import type { Config } from "../tools/wiring/config"
import { drawConfig } from "../tools/wirings/draw"
import { failedWirings } from "../tools/wirings/failed-wirings"
import { type Day, type Trial, tryWiring } from "../tools/wirings/trial"
import type { Bench, BenchOptions } from "./bench"

const COUNT = 20

/** One in this many wirings goes through its worst day. */
const WORST_OF = 16

type Ran = Exclude<Trial, { refused: string }>

interface Case {
    readonly seed: number
    readonly config: Config
    readonly day?: Day
}

function casesOf({ count = COUNT, seed = 1, failed }: BenchOptions): readonly Case[] {
    if (failed) return failedWirings
    return Array.from({ length: count }, (_, i) => ({
        seed: seed + i,
        config: drawConfig(seed + i),
        day: (seed + i) % WORST_OF === 0 ? "worst" : "bad",
    }))
}

/** Puts random wirings that the schema permits through a bad day each. */
export const wirings: Bench = {
    name: "wirings",
    subject: "random wirings",
    onlyByName: true,
    method:
        "Wirings are drawn from devicescript.schema.json. Each one that configure accepts goes through a bad day: live " +
        "uploads, 40 minutes without the server, a log-in page of 45 KB, replies with nearly 4 KB of headers, delivery, " +
        "a reset. For one in 16 the outage lasts until all room is full, or three days, plus an hour. Lost: readings " +
        "that the program took, but neither delivered nor counted as given up. Wrong: rows that the server accepted with " +
        "values, or at a time, that no reading had. Steps: the most in a row, as a share of those that the VM allows. " +
        "Free: heap, checked every five minutes.",
    async measure(options: BenchOptions = {}) {
        const cases = casesOf(options)
        const count = cases.length
        const bar = new ProgressBar("wirings")
        const trials: { seed: number; trial: Trial }[] = []
        for (const { config, seed, day } of cases) {
            bar.show(trials.length / count)
            trials.push({ seed, trial: await tryWiring(config, seed, day) })
        }
        bar.clear()
        const ran = trials.flatMap(({ seed, trial }) => ("refused" in trial ? [] : [{ seed, ...trial }]))
        const sum = (figure: (trial: Ran) => number) => ran.reduce((total, trial) => total + figure(trial), 0)
        const figures = {
            count,
            refused: count - ran.length,
            ran: ran.length,
            panics: sum(({ panics }) => panics.length),
            lost: sum(({ lost }) => lost),
            wrong: sum(({ wrong }) => wrong),
            duplicated: sum(({ duplicated }) => duplicated),
            mostStepsPercent: Math.round(
                (100 * Math.max(0, ...ran.map(({ mostSteps }) => mostSteps))) / MOST_STEPS,
            ),
            leastFreeBytes: Math.min(...ran.map(({ leastFreeBytes }) => leastFreeBytes)),
            /** The wirings that failed, each with the seed that draws it alone. */
            worst: ran
                .filter(
                    ({ panics, lost, wrong, duplicated }) => panics.length + lost + wrong + duplicated > 0,
                )
                .map(({ seed, panics, lost, wrong, duplicated }) => ({
                    seed,
                    panics,
                    lost,
                    wrong,
                    duplicated,
                })),
        }
        const { worst, ...rows } = figures
        return {
            figures,
            tables: [
                { columns: ["figure", "all wirings"], rows: Object.entries(rows) },
                {
                    columns: ["seed", "panics", "lost", "wrong", "duplicated"],
                    rows: worst.map(({ seed, panics, lost, wrong, duplicated }) => [
                        seed,
                        panics.join(", "),
                        lost,
                        wrong,
                        duplicated,
                    ]),
                },
            ],
        }
    },
}
