import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Before } from "../../../src/device/restarts"
import { SlotError } from "../../../src/device/slot-store"
import { noLosses } from "../../../src/queue/backlog"
import { CHECKPOINT_SLOTS } from "../../../src/queue/block-row"
import { BitStream } from "../../../src/queue/codec/bit-stream"
import { codeHeader, HEADER_BIT, headerOf } from "../../../src/queue/codec/block"
import { Ending } from "../../../src/queue/codec/checkpoint"
import { openQueue, type QueueOptions } from "../../../src/queue/reading-queue"
import { MemorySlots } from "../device/memory-slots"
import { peek } from "./batches"
import { counter, numbered, numberOf, PERIOD_MS } from "./readings"

/** Slots that fail while they are sick. */
class SickSlots extends MemorySlots {
    sick = false
    attempts = 0

    override async read(slot: number): Promise<Buffer> {
        await ds.sleep(1)
        if (this.sick) throw new SlotError(this.name, slot, "sick")
        return this.contents[slot]
    }

    override async write(slot: number, data: Buffer) {
        await ds.sleep(1)
        this.attempts++
        if (this.sick) throw new SlotError(this.name, slot, "sick")
        this.contents[slot] = data.slice(0, data.length)
    }
}

function optionsFor(store: SickSlots): QueueOptions {
    return { meters: [counter], pollMs: PERIOD_MS, heapBlocks: 6, blockBytes: 96, store, losses: noLosses() }
}

/** The slot of the block whose first reading has the smallest number. */
function oldestSlot(store: SickSlots): number {
    let found = -1
    let least = Infinity
    for (let slot = CHECKPOINT_SLOTS; slot < store.slots; slot++) {
        const block = store.contents[slot]
        if (!block) continue
        const { first } = headerOf(block)
        if (first < least) found = slot
        least = Math.min(least, first)
    }
    return found
}

describe("failing slots", () => {
    test("are left alone for an hour while readings stay on the heap", async () => {
        const store = new SickSlots(12, 96, false)
        const queue = await openQueue(optionsFor(store), 1000, Before.Unknown)
        store.sick = true
        for (let i = 1; i <= 100; i++) await queue.append(numbered(i))
        expect(queue.length).toBe(100)
        // after each failure the queue pauses for an hour
        expect(store.attempts === 1 || store.attempts === 2).toBe(true)
        store.sick = false
        for (let i = 101; i <= 220; i++) await queue.append(numbered(i))
        expect(store.attempts > 5).toBe(true)
        expect(queue.losses.thinned).toBe(0)
        let expected = 1
        while (queue.length > 0) {
            const batch = await peek(queue, 30)
            for (const reading of batch.readings) {
                expect(numberOf(reading)).toBe(expected)
                expected++
            }
            await queue.acknowledge(batch.end)
        }
        expect(expected).toBe(221)
    })

    test("cost only the damaged block, even if it is the oldest when a checkpoint is due", async () => {
        const store = new SickSlots(12, 96, true)
        const queue = await openQueue(optionsFor(store), 1000, Before.Unknown)
        for (let i = 1; i <= 160; i++) await queue.append(numbered(i))
        const oldest = store.contents[oldestSlot(store)]
        const header = headerOf(oldest)
        header.first = 140
        codeHeader(new BitStream(oldest, HEADER_BIT, true), header)
        await queue.save(Ending.Program, 170 * PERIOD_MS)
        const after = await openQueue(optionsFor(store), 1000, Before.Unknown)
        expect(after.length > 120 && after.length < 160).toBe(true)
    })

    test("lose no reading when they are eager", async () => {
        const store = new SickSlots(12, 96, true)
        const queue = await openQueue(optionsFor(store), 1000, Before.Unknown)
        for (let i = 1; i <= 40; i++) await queue.append(numbered(i))
        store.sick = true
        for (let i = 41; i <= 80; i++) await queue.append(numbered(i))
        store.sick = false
        for (let i = 81; i <= 160; i++) await queue.append(numbered(i))
        expect(queue.length).toBe(160)
        const after = await openQueue(optionsFor(store), 1000, Before.Unknown)
        expect(after.length).toBe(160)
    })

    test("at startup leave a queue on the heap only", async () => {
        const store = new SickSlots(12, 96, false)
        store.sick = true
        const queue = await openQueue(optionsFor(store), 1000, Before.Unknown)
        for (let i = 1; i <= 60; i++) await queue.append(numbered(i))
        expect(queue.length).toBe(60)
        expect(store.attempts).toBe(0)
        expect(await queue.save(Ending.Program, 1)).toBe(false)
    })

    test("fail a batch without losing its readings", async () => {
        const store = new SickSlots(12, 96, false)
        const queue = await openQueue(optionsFor(store), 1000, Before.Unknown)
        for (let i = 1; i <= 60; i++) await queue.append(numbered(i))
        store.sick = true
        let failed = false
        try {
            await peek(queue, 5)
        } catch (e) {
            failed = e instanceof SlotError
        }
        expect(failed).toBe(true)
        store.sick = false
        expect(numberOf((await peek(queue, 5)).readings[0])).toBe(1)
    })

    test("that were damaged are dropped, counted, and not downsampled into wrong readings", async () => {
        const store = new MemorySlots(8, 96, false)
        const queue = await openQueue(
            {
                meters: [counter],
                pollMs: PERIOD_MS,
                heapBlocks: 4,
                blockBytes: 96,
                store,
                losses: noLosses(),
            },
            1000,
            Before.Unknown,
        )
        let i = 0
        while (queue.losses.thinned === 0) await queue.append(numbered(++i))
        for (const content of store.contents) if (content?.length === 96) content[60] = content[60] ^ 4
        for (let more = 0; more < 2000; more++) await queue.append(numbered(++i))
        expect(queue.losses.damaged > 0).toBe(true)
        let last = 0
        let wrong = 0
        while (queue.length > 0) {
            const batch = await peek(queue, 50)
            for (const reading of batch.readings) {
                const number = numberOf(reading)
                if (number <= last) wrong++
                last = number
            }
            await queue.acknowledge(batch.end)
        }
        expect(wrong).toBe(0)
        expect(last).toBe(i)
    })
})
