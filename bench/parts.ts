import { ProgressBar } from "../cli/scenario/progress-bar"
import { compileProgram } from "../tools/compile/compile"
import { buildImage } from "../tools/image"
import { projectRoot } from "../tools/project"
import type { Config } from "../tools/wiring/config"
import { heapTaken } from "../tools/wiring/heap-taken"
import { wiringOf } from "../tools/wiring/read-wiring"
import { peakHeap } from "../tools/wirings/peak-heap"
import type { Bench, BenchOptions } from "./bench"
import { type Part, partList } from "./part-list"

/** What a part costs, in bytes. */
export interface Cost {
    readonly part: string
    /** Size of its functions. */
    readonly codeBytes: number
    /** Peak of the heap that it uses. */
    readonly heapBytes?: number
    /** The estimate of {@link heapTaken}. */
    readonly reckonedHeapBytes?: number
}

/** Code and heap that the parts of a wiring take, the heap compared with the estimates of `configure`. */
export const parts: Bench = {
    name: "parts",
    subject: "code and heap that each part takes",
    onlyByName: true,
    method:
        "Programs that differ in one part. Code: the difference in the size of their functions; exact, but parts that " +
        "need the same code, such as the I2C bus, take less together. Heap: the programs read their meters every 10 s and " +
        "deliver what waited through an outage of 40 s. Measured: the difference in peak heap, sampled every 5 ms while " +
        "every allocation collects garbage first; it includes short-lived objects. Estimated: the figure of " +
        "tools/wiring/heap-taken.ts, by which readings get less heap and meters are refused. The estimate is usually " +
        "higher, because more meters leave more gaps that are too small to use. One run each; it varies by some hundred " +
        "bytes with what happens at the same time.",
    async measure({ count }: BenchOptions = {}) {
        const bar = new ProgressBar("parts")
        const list = partList().slice(0, count)
        const costs: Cost[] = []
        for (const part of list) {
            bar.show(costs.length / list.length)
            costs.push(await costOf(part))
        }
        bar.clear()
        return {
            figures: { parts: costs },
            tables: [
                {
                    columns: ["part", "code, bytes", "heap measured, bytes", "heap estimated, bytes"],
                    rows: costs.map(({ part, codeBytes, heapBytes = "", reckonedHeapBytes = "" }) => [
                        part,
                        codeBytes,
                        heapBytes,
                        reckonedHeapBytes,
                    ]),
                },
            ],
        }
    },
}

async function costOf({ name, heap, ...configs }: Part): Promise<Cost> {
    const difference = async (measure: (config: Config) => Promise<number>) =>
        (await measure(configs.with)) - (await measure(configs.without))
    const code = { part: name, codeBytes: await difference(codeBytes) }
    if (!heap) return code
    return {
        ...code,
        heapBytes: await difference(heapBytes),
        reckonedHeapBytes: await difference(reckonedHeapBytes),
    }
}

/** Size of the functions of a wiring's program. */
export async function codeBytes(config: Config): Promise<number> {
    return (await compileProgram({ entry: "src/main.ts", target: "device", config })).sizes.functions
}

async function heapBytes(config: Config): Promise<number> {
    const known = peaks.get(config) ?? peakHeap(await buildImage({ config }))
    peaks.set(config, known)
    return await known
}

/** Several parts are compared with the same wiring. */
const peaks = new Map<Config, Promise<number>>()

async function reckonedHeapBytes(config: Config): Promise<number> {
    return heapTaken(await wiringOf(config, "device", projectRoot))
}
