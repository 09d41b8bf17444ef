import { expect } from "@devicescript/test"
import type { Reading } from "../../../src/line/meters/profile"
import { pace } from "../../../src/queue/pace"
import type { ReadingQueue } from "../../../src/queue/reading-queue"
import { numberOf } from "./readings"

/** The oldest readings of a queue, all at once, and the properties of their batch. */
export interface Peeked {
    readonly readings: Reading[]
    readonly end: number
    readonly wallOffset: number
    readonly current: boolean
    readonly unconfirmed: boolean
}

/** Up to `count` readings of the oldest block. */
export async function peek(queue: ReadingQueue, count: number): Promise<Peeked> {
    const batch = await queue.peek()
    const readings: Reading[] = []
    if (!batch)
        return {
            readings,
            end: 0,
            wallOffset: undefined,
            current: true,
            unconfirmed: false,
        }
    while (batch.reading && readings.length < count) {
        readings.push(batch.reading)
        batch.next()
        await pace(readings[0].values.length)
    }
    expect(readings.length > 0).toBe(true)
    const { end, wallOffset, current, unconfirmed } = batch
    return { readings, end, wallOffset, current, unconfirmed }
}

/** Numbers of a batch's readings. */
export function numbers(batch: Peeked): string {
    return batch.readings.map(r => "" + numberOf(r)).join(" ")
}

/** Takes the `count` oldest readings out of a queue. @returns their numbers */
export async function deliver(queue: ReadingQueue, count: number): Promise<string> {
    const parts: string[] = []
    while (count > 0 && queue.length > 0) {
        const batch = await peek(queue, count)
        parts.push(numbers(batch))
        count = count - batch.readings.length
        expect(await queue.acknowledge(batch.end)).toBe(batch.readings.length)
    }
    return parts.join(" ")
}
