import { describe, expect, test } from "@devicescript/test"
import type { Meter, Reading } from "../../../src/meters/profile"
import { type Batch, ReadingQueue } from "../../../src/store/queue"

const meter: Meter = { name: "m", profile: undefined, address: 1 }

function reading(at: number): Reading {
    return { meter, at, values: [at] }
}

function fill(queue: ReadingQueue, from: number, to: number) {
    for (let i = from; i <= to; i++) queue.append(reading(i))
}

function times(batch: Batch): string {
    return batch.readings.map(r => "" + r.at).join(" ")
}

describe("reading queue", () => {
    test("hands out the oldest first and keeps them until acknowledged", () => {
        const queue = new ReadingQueue(10)
        fill(queue, 1, 5)
        const batch = queue.peek(3)
        expect(times(batch)).toBe("1 2 3")
        expect(times(queue.peek(3))).toBe("1 2 3")
        queue.acknowledge(batch.end)
        expect(times(queue.peek(9))).toBe("4 5")
        expect(queue.length).toBe(2)
    })

    test("drops the oldest when full, and counts", () => {
        const queue = new ReadingQueue(3)
        fill(queue, 1, 5)
        expect(times(queue.peek(9))).toBe("3 4 5")
        expect(queue.dropped).toBe(2)
    })

    test("does not remove more than the batch when readings were dropped meanwhile", () => {
        const queue = new ReadingQueue(3)
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
        const queue = new ReadingQueue(5)
        fill(queue, 1, 4)
        const batch = queue.peek(4)
        queue.acknowledge(batch.end - 1)
        expect(times(queue.peek(9))).toBe("4")
    })

    test("stays right over many rounds", () => {
        const queue = new ReadingQueue(7)
        let expected = 1
        for (let round = 0; round < 30; round++) {
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
})
