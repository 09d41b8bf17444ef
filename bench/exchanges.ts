import { soak } from "../test/host/net/soak"
import type { Bench, BenchOptions } from "./bench"

const COUNT = 10_000

/** Heap of the HTTP client, with servers that misbehave. */
export const exchanges: Bench = {
    name: "exchanges",
    subject: "requests to misbehaving servers",
    onlyByName: true,
    method:
        "The program's HTTP client sends requests to a server that misbehaves in a different way each time, at random: it is " +
        "silent, resets the connection, sends byte by byte or without end, or sends HTML, garbage or redirects. Each request " +
        "has an outcome within its deadline, or the bench does not end. Live heap: while every allocation collects garbage " +
        "first, between two requests after a warm-up, after the last one, and the most at any moment.",
    async measure({ count = COUNT, seed = 1 }: BenchOptions = {}) {
        const { endings, heapBefore, heapAfter, heapHighWater, panics } = await soak(count, seed)
        const figures = {
            exchanges: count,
            panics: panics.length,
            heapBytesBefore: heapBefore,
            heapBytesAfter: heapAfter,
            mostHeapBytes: heapHighWater,
        }
        return {
            figures,
            tables: [
                {
                    columns: ["heap", "bytes"],
                    rows: [
                        ["live before the first request", heapBefore],
                        ["live after the last", heapAfter],
                        ["at most", heapHighWater],
                    ],
                },
                {
                    columns: ["outcome", "requests"],
                    rows: Object.entries(endings).sort(([, m], [, n]) => n - m),
                },
            ],
        }
    },
}
