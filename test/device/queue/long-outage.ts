import * as ds from "@devicescript/core"
import type { Meter } from "../../../src/line/meters/profile"
import type { ReadingQueue } from "../../../src/queue/reading-queue"

const PERIOD_MS = 10000

/**
 * Puts into the queue what a PZEM-016 has shown up to now at 3600 W, each 10 s. The energy numbers the readings: 100 kWh
 * and 10 Wh more for each.
 */
export async function longOutage(queue: ReadingQueue, meter: Meter, count: number) {
    const begin = ds.millis() - (count + 1) * PERIOD_MS
    for (let i = 0; i < count; i++) {
        const values = [2300, 15652, 36000, 100000 + 10 * i, 500, 100, 0]
        await queue.append({ meter, at: begin + i * PERIOD_MS, values })
    }
}
