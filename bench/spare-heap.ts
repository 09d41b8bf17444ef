import { compileProgram } from "../tools/compile/compile"
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
    const options = {
        entry: "bench/device/spare-heap.ts",
        target: "simulator",
        config: defaultConfig,
    } as const
    const { bytecode } = await compileProgram(options)
    if (!(await survives(bytecode, 0, scenario))) return null
    let enough = 0
    let tooMuch = TOO_MUCH
    while (tooMuch - enough > RESOLUTION) {
        const bytes = Math.floor((enough + tooMuch) / 2)
        if (await survives(bytecode, bytes, scenario)) enough = bytes
        else tooMuch = bytes
    }
    return enough
}

async function survives(
    bytecode: Uint8Array,
    bytes: number,
    scenario: (job: MainJob) => Promise<void>,
): Promise<boolean> {
    const job = await MainJob.start(bytecode, { SPARE_HEAP: bytes })
    try {
        await scenario(job)
        return job.panics.length === 0
    } finally {
        await job.stop()
    }
}
