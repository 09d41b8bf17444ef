import { sleep } from "../../sim/clock"
import type { World } from "./world"

/** Looks at the heap while every allocation collects garbage first; the lowest of them is what is really held. */
const LOOKS = 5
const LOOK_MS = 40

/** The largest live heap that was seen in a run, in bytes. */
export class HeapWatch {
    maxBytes = 0

    constructor(private readonly world: World) {}

    /** Looks at the heap now, if the device has power. */
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
