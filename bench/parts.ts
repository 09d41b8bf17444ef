import { ProgressBar } from "../cli/scenario/progress-bar"
import { buildImage } from "../tools/image"
import type { Config } from "../tools/wiring/config"
import { defaultConfig } from "../tools/wiring/default-config"
import { heapTaken } from "../tools/wiring/heap-taken"
import { peakHeap } from "../tools/wirings/peak-heap"
import type { Bench } from "./bench"

/** A configured meter, without its name and address. */
type Part = Omit<Config["meters"][number], "name" | "address">

/** Heap that a program needs. */
interface Need {
    /** Peak of the heap in use, in bytes. */
    readonly used: number
    /** The estimate of {@link heapTaken}, in bytes. */
    readonly reckoned: number
}

const JACDAC: Config["line"] = { driver: "jacdac-serial" }
const LINES: readonly Config["line"][] = [
    { driver: "sc16is7xx" },
    { driver: "tcp", host: "gateway" },
    { driver: "spi-uart" },
]

/** Models with the same speed and format, and with 7 to 13 fields. */
const MODELS = ["pzem-016", "or-we-504", "sdm630", "em24"]

const USUAL: Part = { model: "pzem-016" }
const SAMPLED: Part = { ...USUAL, statistics: ["power"] }

/** Heap that the parts of a wiring take, compared with the estimates of `configure`. */
export const parts: Bench = {
    name: "parts",
    subject: "heap that each part takes",
    onlyByName: true,
    method:
        "Programs that differ in one part read their meters every 10 s and deliver what waited through an outage of 40 " +
        "s. Measured: the difference in peak heap, sampled every 5 ms while every allocation collects garbage first; it " +
        "includes short-lived objects. Estimated: the figure of tools/wiring/heap-taken.ts, by which readings get less " +
        "heap and meters are refused. The estimate is usually higher, because more meters leave more gaps that are too " +
        "small to use. One run each; it varies by some hundred bytes with what happens at the same time.",
    async measure() {
        const bar = new ProgressBar("parts")
        const count = 2 + LINES.length + 2 * MODELS.length
        let done = 0
        const need = async (line: Config["line"], ...models: Part[]): Promise<Need> => {
            bar.show(done++ / count)
            return await needOf(line, models)
        }
        const costs: { part: string; bytes: number; reckonedBytes: number }[] = []
        const add = (part: string, more: Need, less: Need) => {
            costs.push({ part, bytes: more.used - less.used, reckonedBytes: more.reckoned - less.reckoned })
        }
        const plain = await need(JACDAC, USUAL)
        for (const line of LINES)
            add(`${line.driver}, compared with ${JACDAC.driver}`, await need(line, USUAL), plain)
        for (const model of MODELS) {
            const one = await need(JACDAC, USUAL, { model })
            const two = await need(JACDAC, USUAL, { model }, { model })
            add(model === USUAL.model ? `a second ${model}` : `a first ${model}`, one, plain)
            add(`one more ${model}`, two, one)
        }
        add("statistics of one field", await need(JACDAC, SAMPLED), plain)
        bar.clear()
        return {
            figures: { parts: costs },
            tables: [
                {
                    columns: ["part", "measured, bytes", "estimated, bytes"],
                    rows: costs.map(({ part, bytes, reckonedBytes }) => [part, bytes, reckonedBytes]),
                },
            ],
        }
    },
}

async function needOf(line: Config["line"], models: readonly Part[]): Promise<Need> {
    const meters = models.map((part, i) => ({ ...part, name: `meter-${i + 1}`, address: i + 1 }))
    const image = await buildImage({ config: { ...defaultConfig, line, meters } })
    return { used: await peakHeap(image), reckoned: heapTaken(image.wiring) }
}
