import { buildImage } from "../tools/image"
import { defaultConfig } from "../tools/wiring/default-config"
import type { Bench } from "./bench"
import { MainJob } from "./main-job"
import { spareHeap } from "./spare-heap"
import { slope } from "./statistics"

const HOUR = 3600
const QUARTER = 900
const DAY_HOURS = 24

/** Length of the outage, in seconds. */
const OUTAGE = 2400

/** Heap that the program holds over a day, and its peak. */
export const memory: Bench = {
    name: "memory",
    subject: "heap",
    method:
        "The bytecode runs between a virtual meter and the stand-in server for a day of virtual time. Live heap: after " +
        "each hour, just after an upload, the lowest of 20 samples while every allocation collects garbage first. The " +
        "trend is the slope through these 24 figures. Additional meter: live heap after a quarter of an hour with three " +
        "PZEM-016, minus that with one, divided by two. Spare heap: the largest extra buffer with which the program does " +
        "not run out of memory, found by trial, so it allows for short-lived objects and fragmentation.",
    async measure() {
        const image = await buildImage({ config: defaultConfig })
        const job = await MainJob.start(image)
        const hours = await liveHeapByHour(job)
        const heapBytes = job.rig.simulation.device.heap()!.size
        await job.stop()
        const figures = {
            heapBytes,
            liveBytesAfterHour: hours[0]!.y,
            liveBytes: hours.at(-1)!.y,
            trendBytesPerHour: slope(hours),
            bytesPerMeter: await bytesPerMeter(),
            spareOnlineBytes: await spareHeap(started => started.rig.pass(600)),
            spareOutageBytes: await spareHeap(async started => {
                await started.rig.pass(60)
                await started.outage(OUTAGE)
                await started.rig.pass(400)
            }),
        }
        return {
            figures,
            tables: [
                {
                    columns: ["heap", "bytes"],
                    rows: [
                        ["total", figures.heapBytes],
                        ["live after an hour", figures.liveBytesAfterHour],
                        ["live after a day", figures.liveBytes],
                        ["trend per hour", figures.trendBytesPerHour],
                        ["each additional meter", figures.bytesPerMeter],
                        ["spare while the server answers", spareText(figures.spareOnlineBytes)],
                        [
                            `spare in and after an outage of ${OUTAGE / 60} minutes`,
                            spareText(figures.spareOutageBytes),
                        ],
                    ],
                },
            ],
        }
    },
}

function spareText(bytes: number | null): number | string {
    return bytes ?? "runs out of memory"
}

/** Live heap that each further meter takes, in bytes. */
async function bytesPerMeter(): Promise<number> {
    const live = async (count: number) => {
        const meters = Array.from({ length: count }, (_, i) => ({
            name: `meter-${i + 1}`,
            model: "pzem-016",
            address: i + 1,
        }))
        const job = await MainJob.start(await buildImage({ config: { ...defaultConfig, meters } }))
        await job.rig.pass(QUARTER)
        const bytes = await job.liveHeap()
        await job.stop()
        return bytes
    }
    return ((await live(3)) - (await live(1))) / 2
}

/** Live heap in bytes after each hour of a day. */
async function liveHeapByHour(job: MainJob): Promise<{ x: number; y: number }[]> {
    const hours: { x: number; y: number }[] = []
    const started = job.rig.clock.now()
    for (let hour = 1; hour <= DAY_HOURS; hour++) {
        await job.rig.pass(HOUR - (job.rig.clock.now() - started) / 1000 + (hour - 1) * HOUR)
        hours.push({ x: hour, y: await job.liveHeap() })
    }
    return hours
}
