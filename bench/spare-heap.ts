import { buildImage, type Image } from "../tools/image"
import { defaultConfig } from "../tools/wiring/default-config"
import { MainJob } from "./main-job"

/** Resolution of the search, in bytes. */
const RESOLUTION = 128

/** Upper bound of the search, in bytes: more than the program can spare. */
const TOO_MUCH = 57_344

/**
 * The largest block of heap, in bytes, that something else could hold without the program running out of memory.
 *
 * It is found by trial: the program runs from the start beside a buffer of more or fewer bytes. The rest of the heap is
 * the program's high water mark, including short-lived objects and the gaps that fragmentation leaves.
 *
 * @param scenario what the program goes through each time
 * @returns `null` if the program runs out of memory even alone
 */
export async function spareHeap(scenario: (job: MainJob) => Promise<void>): Promise<number | null> {
    const image = await buildImage({ entry: "bench/device/spare-heap.ts", config: defaultConfig })
    if (!(await survives(image, 0, scenario))) return null
    let enough = 0
    let tooMuch = TOO_MUCH
    while (tooMuch - enough > RESOLUTION) {
        const bytes = Math.floor((enough + tooMuch) / 2)
        if (await survives(image, bytes, scenario)) enough = bytes
        else tooMuch = bytes
    }
    return enough
}

async function survives(
    image: Image,
    bytes: number,
    scenario: (job: MainJob) => Promise<void>,
): Promise<boolean> {
    const job = await MainJob.start(image, { SPARE_HEAP: bytes })
    try {
        await scenario(job)
        return job.rig.panics.length === 0
    } finally {
        await job.stop()
    }
}
