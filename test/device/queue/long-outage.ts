import * as ds from "@devicescript/core"
import type { Meter } from "../../../src/line/meters/profile"
import type { ReadingQueue } from "../../../src/queue/reading-queue"

const PERIOD_MS = 10000

/**
 * Fills the queue with the last `count` readings of a PZEM-016 at 3600 W, one every 10 s. The energy numbers the readings: it
 * begins at 100 kWh and grows by 10 Wh per reading.
 * @param isOwnRun whether this run of the program took them, rather than one before it
 */
export async function longOutage(queue: ReadingQueue, meter: Meter, count: number, isOwnRun: boolean) {
    const begin = ds.millis() - (count + 1) * PERIOD_MS
    if (isOwnRun) (queue as { startedAt: number }).startedAt = begin - PERIOD_MS
    for (let i = 0; i < count; i++) {
        const values = [2300, 15652, 36000, 100000 + 10 * i, 500, 100, 0]
        await queue.append({ meter, at: begin + i * PERIOD_MS, values })
        // Otherwise they would add up to one slice that the runtime takes for an endless loop.
        if (i % 16 === 0) await ds.sleep(1)
    }
}
