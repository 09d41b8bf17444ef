import { ProgressBar } from "../cli/scenario/progress-bar"
import type { HeapUse } from "../sim/vm/heap"
import { buildImage } from "../tools/image"
import { defaultConfig } from "../tools/wiring/default-config"
import type { Bench } from "./bench"
import { MainJob } from "./main-job"

const HOUR_S = 3600

/** Hours without the server after which the heap is measured. */
const HOURS = [1, 4, 8, 11, 12, 14, 16, 20, 24, 27]

/** Two readings are taken in this time, so garbage is collected. In seconds. */
const LOOK_S = 20

/** Size of a buffer for received bytes with its header in the heap. */
const PIECE_BYTES = 1040

/** The heap, and the gaps in it, in an outage that fills the flash and the memory. */
export const longOutage: Bench = {
    name: "outage",
    subject: "heap in a long outage",
    onlyByName: true,
    method:
        `The default wiring runs for an hour with its server, then without it for ${HOURS.at(-1)} hours, longer than it has ` +
        `room for readings. After some of the hours the heap is looked at for ${LOOK_S} s while every allocation collects ` +
        `garbage first; the sample with the lowest use counts. Pieces: how many buffers of ${PIECE_BYTES.toLocaleString("en-US")} ` +
        "bytes, in which the firmware hands over what it has received, fit into the gaps. One run.",
    async measure() {
        const job = await MainJob.start(await buildImage({ config: defaultConfig }))
        await job.rig.pass(HOUR_S)
        await job.server.close()
        const offlineSince = job.rig.clock.now()
        const bar = new ProgressBar("hours")
        const figures: { hours: number; live: number; free: number; largest: number; pieces: number }[] = []
        for (const hours of HOURS) {
            bar.show(hours / HOURS.at(-1)!)
            await job.rig.pass(hours * HOUR_S - (job.rig.clock.now() - offlineSince) / 1000)
            figures.push({ hours, ...gapsOf(await job.idleHeap(LOOK_S)) })
        }
        bar.clear()
        await job.stop()
        return {
            figures: { hours: figures },
            tables: [
                {
                    columns: [
                        "hours without server",
                        "live, bytes",
                        "free, bytes",
                        "largest free piece, bytes",
                        `pieces of ${PIECE_BYTES.toLocaleString("en-US")} bytes that fit`,
                    ],
                    rows: figures.map(row => Object.values(row)),
                },
            ],
        }
    },
}

function gapsOf({ used, size, free }: HeapUse) {
    return {
        live: used,
        free: size - used,
        largest: Math.max(...free),
        pieces: free.reduce((count, bytes) => count + Math.floor(bytes / PIECE_BYTES), 0),
    }
}
