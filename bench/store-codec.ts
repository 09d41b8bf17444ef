import { stepsBeside } from "./burn"
import { JobDevice, READINGS_PER_JOB, Stopped } from "./job-device"
import { capturedReplies, heatPumpReplies, jsonOf, type MeterReply } from "./readings"

/** Bytes that a reading takes in each format. */
export interface BytesPerReading {
    readonly blocks: number
    readonly json: number
    readonly records: number
}

/** Costs of the codec. */
export interface CodecCosts {
    readonly captures: BytesPerReading
    readonly day: BytesPerReading
    readonly encodeSteps: number
    readonly decodeSteps: number
}

/** Kinds of jobs of `bench/device/codec.ts`, and how many readings of a job train the predictor there. */
const KIND = { append: 0, appendUndated: 1, encode: 2, decode: 3 } as const
const WARM = 12

/** Seconds, volts, milliamperes, watts, watt-hours, hertz and power factor, as 4, 2, 4, 4, 4, 1 and 1 bytes. */
const RECORD_BYTES = 20
const READINGS_A_DAY = 8640

/** @param windows number of windows of a day in which steps are counted */
export async function codecCosts(windows: number): Promise<CodecCosts> {
    const device = await JobDevice.start("bench/device/codec.ts")
    const captures = await capturedReplies()
    const replies = heatPumpReplies(10)
    const day = Array.from({ length: READINGS_A_DAY }, () => replies.next().value)
    const costs = {
        captures: await bytesPerReading(device, captures, KIND.appendUndated, 1000),
        day: await bytesPerReading(device, day, KIND.append, 10_000),
        encodeSteps: await stepsPerReading(device, day, KIND.encode, windows),
        decodeSteps: await stepsPerReading(device, day, KIND.decode, windows),
    }
    await device.stop()
    return costs
}

async function bytesPerReading(
    device: JobDevice,
    replies: readonly MeterReply[],
    kind: number,
    periodMs: number,
): Promise<BytesPerReading> {
    let bytes = 0
    let readings = 0
    for (let from = 0; from < replies.length; from += READINGS_PER_JOB) {
        const isLast = from + READINGS_PER_JOB >= replies.length
        const job = { kind, number: periodMs, replies: replies.slice(from, from + READINGS_PER_JOB) }
        for (const line of await device.do(job)) {
            const [, state, count, size] = /^(full|done): (\d+) readings in (\d+) bytes$/.exec(line) ?? []
            if (state !== "full" && !(state === "done" && isLast)) continue
            bytes += Number(size)
            readings += Number(count)
        }
    }
    if (readings !== replies.length)
        throw new Error(`${readings} of ${replies.length} readings are in blocks`)
    const jsonBytes = replies.reduce((sum, reply) => sum + jsonOf(reply).length, 0)
    return { blocks: bytes / readings, json: jsonBytes / readings, records: RECORD_BYTES }
}

/** The mean over windows spread evenly over the day. */
async function stepsPerReading(
    device: JobDevice,
    day: readonly MeterReply[],
    kind: number,
    windows: number,
): Promise<number> {
    let steps = 0
    for (let window = 0; window < windows; window++) {
        const from = Math.floor((window * day.length) / windows)
        const replies = day.slice(from, from + READINGS_PER_JOB)
        steps += await stepsBeside(async turns => {
            try {
                await device.do({ kind, number: turns, replies })
                return true
            } catch (error) {
                if (!(error instanceof Stopped)) throw error
                return false
            }
        })
    }
    return steps / windows / (READINGS_PER_JOB - WARM)
}
