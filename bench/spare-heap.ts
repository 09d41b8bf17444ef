import { buildImage, type Image } from "../tools/image"
import { defaultConfig } from "../tools/wiring/default-config"
import { MainJob } from "./main-job"

/** The search ends when it knows the answer to so many bytes. */
const RESOLUTION = 128

/** More than the heap of the runtime, and more than one block of it may have. */
const TOO_MUCH = 57_344

/**
 * The largest block of heap in bytes that something else could hold without the program running out of memory.
 *
 * It is found by trying: the program runs beside a buffer, from the beginning, with more or fewer bytes in it. What
 * the heap has more than that is the program's high water mark, with all that lives for a moment only, and with the
 * gaps that fragmentation leaves.
 *
 * @param scenario what the program goes through each time
 * @returns `null` when it runs out of memory even alone
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
        return job.panics.length === 0
    } finally {
        await job.stop()
    }
}
