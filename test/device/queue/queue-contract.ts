import * as ds from "@devicescript/core"
import { expect, test } from "@devicescript/test"
import type { ReadingQueue } from "../../../src/queue/reading-queue"
import { deliver, numbers, peek } from "./batches"
import { lost, numbered, numberOf } from "./readings"

async function fill(queue: ReadingQueue, from: number, to: number) {
    for (let i = from; i <= to; i++) await queue.append(numbered(i))
}

function range(from: number, to: number): string {
    const all: string[] = []
    for (let i = from; i <= to; i++) all.push("" + i)
    return all.join(" ")
}

/**
 * Tests that every queue must pass, whatever its store.
 * @param open makes an empty queue with room for 300 readings
 * @param backlog number of readings that come without a delivery: how often room has to be made does not depend on the store
 */
export function queueContract(open: () => Promise<ReadingQueue>, backlog = 1200) {
    test("hands out the oldest readings first and keeps them until acknowledged", async () => {
        const queue = await open()
        await fill(queue, 1, 5)
        const batch = await peek(queue, 3)
        expect(numbers(batch)).toBe("1 2 3")
        expect(numbers(await peek(queue, 3))).toBe("1 2 3")
        await queue.acknowledge(batch.end)
        expect(numbers(await peek(queue, 9))).toBe("4 5")
        expect(queue.length).toBe(2)
    })

    test("hands out nothing when it is empty", async () => {
        const queue = await open()
        expect((await peek(queue, 9)).readings.length).toBe(0)
        await fill(queue, 1, 3)
        await queue.acknowledge((await peek(queue, 9)).end)
        expect((await peek(queue, 9)).readings.length).toBe(0)
        expect(queue.length).toBe(0)
    })

    test("hands out block after block", async () => {
        const queue = await open()
        await fill(queue, 1, 250)
        expect(queue.length).toBe(250)
        expect(await deliver(queue, 90)).toBe(range(1, 90))
        expect(await deliver(queue, 90)).toBe(range(91, 180))
        expect(queue.length).toBe(70)
    })

    test("acknowledges part of a batch", async () => {
        const queue = await open()
        await fill(queue, 1, 200)
        const batch = await peek(queue, 18)
        expect(await queue.acknowledge(batch.end - 6)).toBe(12)
        expect(numbers(await peek(queue, 5))).toBe(range(13, 17))
        expect(queue.length).toBe(188)
    })

    test("acknowledges a batch only once", async () => {
        const queue = await open()
        await fill(queue, 1, 20)
        const batch = await peek(queue, 10)
        expect(await queue.acknowledge(batch.end)).toBe(10)
        expect(await queue.acknowledge(batch.end)).toBe(0)
        expect(numbers(await peek(queue, 3))).toBe("11 12 13")
    })

    test("accepts readings while a batch is handed out", async () => {
        const queue = await open()
        await fill(queue, 1, 10)
        const batch = await peek(queue, 30)
        await fill(queue, 11, 120)
        await queue.acknowledge(batch.end)
        expect(await deliver(queue, 100)).toBe(range(11, 110))
    })

    test("stays consistent over many rounds", async () => {
        const queue = await open()
        let appended = 0
        let delivered = 0
        for (let round = 0; round < 40; round++) {
            await fill(queue, appended + 1, appended + 17)
            appended = appended + 17
            const count = Math.min(round % 4 === 0 ? 40 : 11, appended - delivered)
            expect(await deliver(queue, count)).toBe(range(delivered + 1, delivered + count))
            delivered = delivered + count
        }
        expect(queue.length).toBe(appended - delivered)
        expect(lost(queue)).toBe(0)
    })

    test("serves concurrent fibers", async () => {
        const queue = await open()
        let produced = 0
        const produce = async () => {
            for (let i = 1; i <= 150; i++) {
                await queue.append(numbered(i))
                produced++
            }
        }
        produce.start()
        let expected = 1
        while (produced < 150 || queue.length > 0) {
            const batch = await peek(queue, 7)
            if (batch.readings.length === 0) await ds.sleep(1)
            for (const reading of batch.readings) {
                expect(numberOf(reading)).toBe(expected)
                expected++
            }
            await queue.acknowledge(batch.end)
        }
        expect(expected).toBe(151)
    })

    test("downsamples the whole backlog when there is no room", async () => {
        const queue = await open()
        await fill(queue, 1, backlog)
        const { losses } = queue
        expect(losses.thinned > 0).toBe(true)
        expect(lost(queue)).toBe(0)
        expect(queue.length).toBe(backlog - losses.thinned)
        let count = 0
        let last = 0
        let widest = 0
        while (queue.length > 0) {
            const batch = await peek(queue, 50)
            for (const reading of batch.readings) {
                const number = numberOf(reading)
                expect(number > last).toBe(true)
                widest = Math.max(widest, number - last)
                last = number
                count++
            }
            await queue.acknowledge(batch.end)
        }
        expect(last).toBe(backlog)
        expect(count).toBe(backlog - losses.thinned)
        expect(widest <= backlog / 45).toBe(true)
    })

    test("does not downsample a batch that is handed out", async () => {
        const queue = await open()
        await fill(queue, 1, 40)
        const batch = await peek(queue, 20)
        await fill(queue, 41, 1200)
        expect(queue.losses.thinned > 0).toBe(true)
        await queue.acknowledge(batch.end)
        expect(numberOf((await peek(queue, 1)).readings[0])).toBe(21)
    })
}
