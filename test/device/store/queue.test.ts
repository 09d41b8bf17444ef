import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { Meter, Reading } from "../../../src/meters/profile"
import { pzem016 } from "../../../src/meters/pzem-016"
import { sdm120 } from "../../../src/meters/sdm120"
import { ReadingQueue } from "../../../src/store/queue"

const meter: Meter = { name: "m", profile: pzem016, address: 1 }
const other: Meter = { name: "o", profile: sdm120, address: 2 }
const METERS = [meter, other]

function reading(at: number): Reading {
    return { meter, at, values: [at, 1, 2, 3, 4, 5, 6] }
}

function fill(queue: ReadingQueue, from: number, to: number) {
    for (let i = from; i <= to; i++) queue.append(reading(i))
}

/** Times of up to `count` of the oldest readings. */
function oldest(queue: ReadingQueue, count = 9): string {
    const times: string[] = []
    for (let i = 0; i < count && queue.peek(queue.first + i); i++)
        times.push("" + queue.peek(queue.first + i).at)
    return times.join(" ")
}

describe("reading queue", () => {
    test("hands out the oldest first and keeps them until acknowledged", () => {
        const queue = new ReadingQueue(10, METERS)
        fill(queue, 1, 5)
        expect(oldest(queue, 3)).toBe("1 2 3")
        expect(oldest(queue, 3)).toBe("1 2 3")
        queue.acknowledge(queue.first + 3)
        expect(oldest(queue)).toBe("4 5")
        expect(queue.length).toBe(2)
    })

    test("drops the oldest when full, and counts", () => {
        const queue = new ReadingQueue(3, METERS)
        fill(queue, 1, 5)
        expect(oldest(queue)).toBe("3 4 5")
        expect(queue.dropped).toBe(2)
    })

    test("removes no more than what was delivered when readings were dropped meanwhile", () => {
        const queue = new ReadingQueue(3, METERS)
        fill(queue, 1, 3)
        const end = queue.first + 2
        fill(queue, 4, 4)
        queue.acknowledge(end)
        expect(oldest(queue)).toBe("3 4")
        fill(queue, 5, 8)
        expect(queue.peek(end - 1)).toBe(undefined)
        queue.acknowledge(end)
        expect(oldest(queue)).toBe("6 7 8")
    })

    test("acknowledges some of the readings", () => {
        const queue = new ReadingQueue(5, METERS)
        fill(queue, 1, 4)
        queue.acknowledge(queue.first + 3)
        expect(oldest(queue)).toBe("4")
    })

    test("stays right over many rounds", async () => {
        const queue = new ReadingQueue(7, METERS)
        let expected = 1
        for (let round = 0; round < 30; round++) {
            await ds.sleep(1)
            fill(queue, round * 5 + 1, round * 5 + 5)
            const end = queue.first + 5
            for (let i = queue.first; i < end; i++) {
                expect(queue.peek(i).at).toBe(expected)
                expected++
            }
            queue.acknowledge(end)
        }
        expect(queue.length).toBe(0)
        expect(queue.dropped).toBe(0)
    })

    test("gives back exactly what it was given: large, negative and unknown values, times with a fraction", () => {
        const queue = new ReadingQueue(3, METERS)
        const values = [2147483648, 4294967295, 0, undefined, -1, -4294967295, 65535]
        queue.append({ meter, at: 4294967296123.5, values })
        queue.append({ meter: other, at: 0.25, values: [1, 2, 3, 4, -5, undefined, undefined, 8, 9] })
        const readings = [queue.peek(0), queue.peek(1)]
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
