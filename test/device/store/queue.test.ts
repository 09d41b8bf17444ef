import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { Meter, Reading } from "../../../src/meters/profile"
import { pzem016 } from "../../../src/meters/pzem-016"
import { sdm120 } from "../../../src/meters/sdm120"
import { type Batch, ReadingQueue } from "../../../src/store/queue"

const meter: Meter = { name: "m", profile: pzem016, address: 1 }
const other: Meter = { name: "o", profile: sdm120, address: 2 }
const METERS = [meter, other]

function reading(at: number): Reading {
    return { meter, at, values: [at, 1, 2, 3, 4, 5, 6] }
}

function fill(queue: ReadingQueue, from: number, to: number) {
    for (let i = from; i <= to; i++) queue.append(reading(i))
}

function times(batch: Batch): string {
    return batch.readings.map(r => "" + r.at).join(" ")
}

describe("reading queue", () => {
    test("hands out the oldest first and keeps them until acknowledged", () => {
        const queue = new ReadingQueue(10, METERS)
        fill(queue, 1, 5)
        const batch = queue.peek(3)
        expect(times(batch)).toBe("1 2 3")
        expect(times(queue.peek(3))).toBe("1 2 3")
        queue.acknowledge(batch.end)
        expect(times(queue.peek(9))).toBe("4 5")
        expect(queue.length).toBe(2)
    })

    test("drops the oldest when full, and counts", () => {
        const queue = new ReadingQueue(3, METERS)
        fill(queue, 1, 5)
        expect(times(queue.peek(9))).toBe("3 4 5")
        expect(queue.dropped).toBe(2)
    })

    test("does not remove more than the batch when readings were dropped meanwhile", () => {
        const queue = new ReadingQueue(3, METERS)
        fill(queue, 1, 3)
        const batch = queue.peek(2)
        fill(queue, 4, 4)
        queue.acknowledge(batch.end)
        expect(times(queue.peek(9))).toBe("3 4")
        fill(queue, 5, 8)
        queue.acknowledge(batch.end)
        expect(times(queue.peek(9))).toBe("6 7 8")
    })

    test("acknowledges a part of a batch", () => {
        const queue = new ReadingQueue(5, METERS)
        fill(queue, 1, 4)
        const batch = queue.peek(4)
        queue.acknowledge(batch.end - 1)
        expect(times(queue.peek(9))).toBe("4")
    })

    test("stays right over many rounds", async () => {
        const queue = new ReadingQueue(7, METERS)
        let expected = 1
        for (let round = 0; round < 30; round++) {
            await ds.sleep(1)
            fill(queue, round * 5 + 1, round * 5 + 5)
            const batch = queue.peek(5)
            for (const r of batch.readings) {
                expect(r.at).toBe(expected)
                expected++
            }
            queue.acknowledge(batch.end)
        }
        expect(queue.length).toBe(0)
        expect(queue.dropped).toBe(0)
    })

    test("gives back exactly what it was given: large, negative and unknown values, times with a fraction", () => {
        const queue = new ReadingQueue(3, METERS)
        const values = [2147483648, 4294967295, 0, undefined, -1, -4294967295, 65535]
        queue.append({ meter, at: 4294967296123.5, values })
        queue.append({ meter: other, at: 0.25, values: [1, 2, 3, 4, -5, undefined, undefined, 8, 9] })
        const { readings } = queue.peek(2)
        expect(readings[0].meter).toBe(meter)
        expect(readings[0].at).toBe(4294967296123.5)
        expect(readings[0].values.length).toBe(7)
        for (let i = 0; i < 7; i++) expect(readings[0].values[i]).toBe(values[i])
        expect(readings[1].meter).toBe(other)
        expect(readings[1].at).toBe(0.25)
        expect(readings[1].values[4]).toBe(-5)
        expect(readings[1].values[5]).toBe(undefined)
        expect(readings[1].values[8]).toBe(9)
    })
})
