import type { Point } from "../sim/emoncms/inputs"
import { buildImage } from "../tools/image"
import { defaultConfig } from "../tools/wiring/default-config"
import type { Bench } from "./bench"
import { MainJob } from "./main-job"
import { type MeterRegisters, originalRequest } from "./original-script"
import { spareHeap } from "./spare-heap"

const HOUR = 3600

/** An outage long enough for several full batches, in seconds. */
const OUTAGE = 900

/** Cost of delivering a reading to EmonCMS, in bytes, requests and heap. */
export const uplink: Bench = {
    name: "uplink",
    subject: "requests to EmonCMS",
    method:
        "An hour of virtual time with a poll every 10 s and an upload every 30 s. The stand-in server counts the bytes " +
        "of requests, including headers and the check of the account. The original is the MicroPython script that this " +
        "project follows: its request for each of the same readings, to the same server. The backlog is what arrives in " +
        `full batches after ${OUTAGE / 60} minutes without the server. Exact to one request. The heap's high water mark ` +
        "is the whole heap minus the largest extra buffer with which ten minutes of uploads succeed; accurate to 128 " +
        "bytes.",
    async measure() {
        const image = await buildImage({ config: defaultConfig })
        const job = await MainJob.start(image)
        const readings = collectReadings(job)
        await job.rig.pass(HOUR)
        const hour = [...readings.values()]
        const { requests, bytesReceived } = job.server.counters
        const original = hour.map(points => originalRequest(registersOf(points), job.account).length)
        const backlog = await catchUp(job, readings)
        const liveHeap = await job.liveHeap()
        const heapBytes = job.rig.simulation.device.heap()!.size
        await job.stop()

        const spare = await spareHeap(started => started.rig.pass(600))
        const highWater = heapBytes - (spare ?? 0)
        const figures = {
            requestBytesPerReading: bytesReceived / hour.length,
            requestsPerReading: requests / hour.length,
            originalBytesPerReading: original.reduce((sum, bytes) => sum + bytes, 0) / hour.length,
            originalRequestsPerReading: 1,
            backlogBytesPerReading: backlog.bytes / backlog.readings,
            backlogRequestsPerReading: backlog.requests / backlog.readings,
            heapHighWaterBytes: highWater,
            exchangeHeapBytes: highWater - liveHeap,
            readings: hour.length,
        }
        return {
            figures,
            tables: [
                {
                    columns: ["upload", "request bytes per reading", "requests per reading"],
                    rows: [
                        [
                            "live, 3 readings every 30 s",
                            figures.requestBytesPerReading,
                            figures.requestsPerReading,
                        ],
                        [
                            "backlog, as many readings per request as fit",
                            figures.backlogBytesPerReading,
                            figures.backlogRequestsPerReading,
                        ],
                        ["original: one GET, everything in the URL", figures.originalBytesPerReading, 1],
                    ],
                },
                {
                    columns: ["heap", "bytes"],
                    rows: [
                        ["high water mark of the program", figures.heapHighWaterBytes],
                        ["of which for polls and exchanges", figures.exchangeHeapBytes],
                    ],
                },
            ],
        }
    },
}

/** The values of one reading by input. */
type Points = Map<string, number>

/** Collects the values that the server accepts, reading by reading. */
function collectReadings(job: MainJob): Map<number, Points> {
    const readings = new Map<number, Points>()
    job.server.onAccepted(({ time, input, value }: Point) => {
        const points = readings.get(time) ?? new Map()
        readings.set(time, points.set(input, value))
    })
    return readings
}

/** Converts what the stand-in received as volts, amperes and so on into the integers of the meter. */
function registersOf(points: Points): MeterRegisters {
    const integer = (input: string, decimals: number) => {
        const value = points.get(input)
        if (value === undefined) throw new Error(`a reading without ${input}`)
        return Math.round(value * 10 ** decimals)
    }
    return {
        voltage: integer("voltage", 1),
        current: integer("current", 3),
        power: integer("power", 1),
        energy: integer("energy", 0),
        frequency: integer("frequency", 1),
        powerFactor: integer("power_factor", 2),
    }
}

/** Takes the server away for a while, and measures what delivering the backlog costs. */
async function catchUp(
    job: MainJob,
    readings: Map<number, Points>,
): Promise<{ bytes: number; requests: number; readings: number }> {
    await job.outage(OUTAGE)
    const before = { ...job.server.counters, readings: readings.size }
    while (readings.size === before.readings) await job.rig.pass(1)
    await job.rig.pass(5)
    const { requests, bytesReceived } = job.server.counters
    return {
        bytes: bytesReceived - before.bytesReceived,
        requests: requests - before.requests,
        readings: readings.size - before.readings,
    }
}
