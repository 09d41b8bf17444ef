import { sleep } from "../../sim/clock"
import type { Image } from "../image"
import { WiredHouse } from "./house"

/** Time until meters are believed, in seconds. */
const LIVE_S = 100
/** Length of an outage that leaves a backlog but fills no block, in seconds. */
const OUTAGE_S = 40
/** Time in which something is allocated, which collects the garbage from before, in seconds. */
const COLLECTED_S = 2
/** Time that the device may take to find the server again and to deliver, in seconds. */
const DELIVERY_S = 40
/** Interval between two measurements, in ms. */
const LOOK_MS = 5

/**
 * The most heap that a program uses while it reads meters and delivers a short backlog, in bytes. Garbage does not count,
 * because every allocation collects it first.
 */
export async function peakHeap(image: Image): Promise<number> {
    const house = await WiredHouse.begin(image, 1, { looksAtHeap: false })
    const { clock, simulation } = house.rig
    const { device } = simulation
    await house.rig.pass(LIVE_S)
    await house.outage(OUTAGE_S)
    device.collectAlways(true)
    await house.rig.pass(COLLECTED_S)
    let most = 0
    for (let ms = 0; ms < DELIVERY_S * 1000; ms += LOOK_MS) {
        await sleep(clock, LOOK_MS)
        most = Math.max(most, device.heap()?.used ?? 0)
    }
    await house.end()
    return most
}
