import { describe, expect, test } from "@devicescript/test"
import { Before } from "../../../src/device/restarts"
import { noLosses } from "../../../src/queue/backlog"
import { openQueue, type ReadingQueue } from "../../../src/queue/reading-queue"
import { MemorySlots } from "../device/memory-slots"
import { peek } from "./batches"
import { counter, lost, numbered, PERIOD_MS } from "./readings"

async function open(store: MemorySlots): Promise<ReadingQueue> {
    return await openQueue(
        { meters: [counter], pollMs: PERIOD_MS, heapBlocks: 12, blockBytes: 96, store, losses: noLosses() },
        1000,
        Before.Unknown,
    )
}

async function deliverAll(queue: ReadingQueue) {
    while (queue.length > 0) await queue.acknowledge((await peek(queue, 30)).end)
}

describe("writes to slots that wear out", () => {
    test("do not happen while the server answers, however slowly", async () => {
        const store = new MemorySlots(20, 96, false)
        const queue = await open(store)
        for (let i = 1; i <= 600; i++) {
            await queue.append(numbered(i))
            if (i % 14 === 0) await deliverAll(queue)
        }
        // the backlog is delivered slowly
        for (let i = 601; i <= 700; i++) {
            await queue.append(numbered(i))
            if (i % 10 === 0) await queue.acknowledge((await peek(queue, 6)).end)
        }
        expect(queue.length > 40).toBe(true)
        expect(store.writes).toBe(0)
    })

    test("do not happen when the meter was off for long but the server was not", async () => {
        const store = new MemorySlots(20, 96, false)
        const queue = await open(store)
        for (let i = 1; i <= 50; i++) {
            await queue.append(numbered(i * 30))
            await deliverAll(queue)
        }
        expect(store.writes).toBe(0)
    })

    test("happen once per block in an outage, and once after delivery", async () => {
        const store = new MemorySlots(20, 96, false)
        const queue = await open(store)
        for (let i = 1; i <= 250; i++) await queue.append(numbered(i))
        const blocks = store.writes
        // a block holds some 24 readings
        expect(blocks >= 9 && blocks <= 11).toBe(true)
        while (queue.length > 30) await queue.acknowledge((await peek(queue, 5)).end)
        await deliverAll(queue)
        expect(store.writes).toBe(blocks + 1)
    })

    test("happen at most once per block's worth of readings in an endless outage", async () => {
        const store = new MemorySlots(10, 96, false)
        const queue = await open(store)
        for (let i = 1; i <= 3000; i++) {
            await queue.append(numbered(i))
            if (i > 100 && i % 100 === 0) expect(store.writes <= i / 22).toBe(true)
        }
        expect(queue.losses.thinned > 2000).toBe(true)
        expect(lost(queue)).toBe(0)
    })
})
