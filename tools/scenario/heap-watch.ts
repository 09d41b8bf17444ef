import { sleep } from "../../sim/clock"
import type { World } from "./world"

/** How often the heap is measured while every allocation collects garbage first. The lowest value is the live heap. */
const LOOKS = 5
const LOOK_MS = 40

/** Tracks the largest live heap of a run, in bytes. */
export class HeapWatch {
    maxBytes = 0

    constructor(private readonly world: World) {}

    /** Measures the heap now, if the device has power. */
    async look(): Promise<void> {
        const { device } = this.world.simulation
        if (!device.heap()) return
        device.collectAlways(true)
        let lowest = Number.POSITIVE_INFINITY
        for (let look = 0; look < LOOKS; look++) {
            await sleep(this.world.clock, LOOK_MS)
            lowest = Math.min(lowest, device.heap()?.used ?? lowest)
        }
        if (device.heap()) device.collectAlways(false)
        if (lowest < Number.POSITIVE_INFINITY) this.maxBytes = Math.max(this.maxBytes, lowest)
    }
}
