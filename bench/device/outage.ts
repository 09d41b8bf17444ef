import { Before } from "../../src/device/restarts"
import type { SlotStore } from "../../src/device/slot-store"
import type { JacdacSerial } from "../../src/line/ports/jacdac-serial"
import { noLosses } from "../../src/queue/backlog"
import { openQueue } from "../../src/queue/reading-queue"
import { meter, nextJob, openDesk } from "./jobs"
import { HEAP_BYTES, POLL_MS } from "./outage-case"

/** Wall time minus monotonic time in ms: the clock was known before the outage. */
const WALL_OFFSET = 1768435200000

/** Runs the queue in an outage that begins with the first reading, and prints when it has to thin or drop one. */
export async function outage(makeStore: (desk: JacdacSerial) => SlotStore) {
    const desk = await openDesk()
    const store = makeStore(desk)
    const blockBytes = store.size
    const heapBlocks = Math.floor(HEAP_BYTES / blockBytes)
    const queue = await openQueue(
        { meters: [meter], pollMs: POLL_MS, heapBlocks, blockBytes, store, losses: noLosses() },
        0,
        Before.Unknown,
    )
    queue.wallOffset = WALL_OFFSET
    let count = 0
    for (;;) {
        const { readings } = await nextJob(desk)
        for (const reading of readings) {
            await queue.append(reading)
            count++
            const { thinned, crowdedOut } = queue.losses
            if (thinned + crowdedOut > 0) {
                console.log("full after " + count)
                break
            }
        }
        console.log("done")
    }
}
