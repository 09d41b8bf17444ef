import { describe, expect, test } from "@devicescript/test"
import { Before } from "../../../src/device/restarts"
import { noLosses } from "../../../src/queue/backlog"
import { COUNT_AT, headerOf } from "../../../src/queue/codec/block"
import { Ending } from "../../../src/queue/codec/checkpoint"
import { openQueue, type ReadingQueue } from "../../../src/queue/reading-queue"
import { MemorySlots } from "../device/memory-slots"
import { deliver, numbers, peek } from "./batches"
import { counter, lost, numbered, PERIOD_MS } from "./readings"

const NOON = 1795348800000

async function open(store: MemorySlots, heapBlocks = 4): Promise<ReadingQueue> {
    return await openQueue(
        { meters: [counter], pollMs: PERIOD_MS, heapBlocks, blockBytes: 96, store, losses: noLosses() },
        1000,
        Before.Unknown,
    )
}

async function fill(queue: ReadingQueue, from: number, to: number) {
    for (let i = from; i <= to; i++) await queue.append(numbered(i))
}

async function drain(queue: ReadingQueue): Promise<string> {
    return await deliver(queue, 9999)
}

function range(from: number, to: number): string {
    const all: string[] = []
    for (let i = from; i <= to; i++) all.push("" + i)
    return all.join(" ")
}

describe("a queue after a restart", () => {
    test("delivers the saved readings once and in order", async () => {
        const store = new MemorySlots(12, 96, false)
        const before = await open(store)
        before.wallOffset = NOON
        await fill(before, 1, 80)
        await deliver(before, 30)
        expect(await before.save(Ending.Program, 81 * PERIOD_MS)).toBe(true)

        const after = await open(store)
        expect(after.length).toBe(50)
        expect(after.losses.recovered).toBe(50)
        await fill(after, 81, 90)
        expect(await drain(after)).toBe(range(31, 90))
    })

    test("hands out batches of one boot, with the clock of that boot", async () => {
        const store = new MemorySlots(12, 96, false)
        const before = await open(store)
        before.wallOffset = NOON
        await fill(before, 1, 10)
        await before.save(Ending.Program, 11 * PERIOD_MS)

        const after = await open(store)
        await fill(after, 11, 20)
        const old = await peek(after, 50)
        expect(numbers(old)).toBe(range(1, 10))
        expect(old.wallOffset).toBe(NOON)
        expect(old.current).toBe(false)
        expect(old.unconfirmed).toBe(true)
        await after.acknowledge(old.end)

        const own = await peek(after, 50)
        expect(numbers(own)).toBe(range(11, 20))
        expect(own.wallOffset).toBe(undefined)
        expect(own.current).toBe(true)
        expect(own.unconfirmed).toBe(false)
        after.wallOffset = NOON + 1
        expect((await peek(after, 50)).wallOffset).toBe(NOON + 1)
    })

    test("treats readings as of the same boot if only the program restarted", async () => {
        const store = new MemorySlots(12, 96, false)
        const before = await open(store)
        await fill(before, 1, 10)
        await before.save(Ending.Program, 11 * PERIOD_MS)

        const options = {
            meters: [counter],
            pollMs: PERIOD_MS,
            heapBlocks: 4,
            blockBytes: 96,
            store,
            losses: noLosses(),
        }
        const after = await openQueue(options, 11 * PERIOD_MS + 1100, Before.SameBoot)
        const batch = await peek(after, 50)
        expect(numbers(batch)).toBe(range(1, 10))
        expect(batch.current).toBe(true)
        expect(batch.unconfirmed).toBe(true)
        after.wallOffset = NOON
        expect((await peek(after, 50)).wallOffset).toBe(NOON)
    })

    test("dates readings of a boot without a clock once this boot has one", async () => {
        const store = new MemorySlots(12, 96, false)
        const before = await open(store)
        await fill(before, 1, 10)
        await before.save(Ending.Chip, 11 * PERIOD_MS)

        const after = await open(store)
        const waiting = await peek(after, 5)
        expect(numbers(waiting)).toBe(range(1, 5))
        expect(waiting.wallOffset).toBe(undefined)
        expect(waiting.current).toBe(false)
        after.wallOffset = NOON
        const batch = await peek(after, 5)
        expect(batch.wallOffset).toBe(NOON - 11 * PERIOD_MS)
    })

    test("counts and drops readings whose time cannot be determined", async () => {
        const store = new MemorySlots(12, 96, false)
        const before = await open(store)
        await fill(before, 1, 80)
        // the power fails: some blocks are in slots, but no checkpoint is

        const after = await open(store)
        const found = after.length
        expect(found > 40).toBe(true)
        after.wallOffset = NOON
        await fill(after, 81, 90)
        expect(await drain(after)).toBe(range(81, 90))
        expect(after.losses.undatable).toBe(found)
        expect(lost(after)).toBe(found)
    })

    test("does not hand out delivered readings again", async () => {
        const store = new MemorySlots(12, 96, false)
        const first = await open(store)
        first.wallOffset = NOON
        await fill(first, 1, 120)
        expect(await drain(first)).toBe(range(1, 120))
        const second = await open(store)
        expect(second.length).toBe(0)
        second.wallOffset = NOON
        await fill(second, 121, 240)
        expect(await drain(second)).toBe(range(121, 240))
        expect((await open(store)).length).toBe(0)
    })

    test("keeps readings over several restarts", async () => {
        const store = new MemorySlots(12, 96, false)
        for (let i = 0; i < 3; i++) {
            const queue = await open(store)
            queue.wallOffset = NOON
            expect(queue.length).toBe(i * 30)
            await fill(queue, i * 30 + 1, i * 30 + 30)
            await queue.save(Ending.Program, (i * 30 + 31) * PERIOD_MS)
        }
        expect(await drain(await open(store))).toBe(range(1, 90))
    })

    test("holds readings downsampled to fit into the slots", async () => {
        const store = new MemorySlots(6, 96, false)
        const before = await open(store, 10)
        before.wallOffset = NOON
        await fill(before, 1, 220)
        expect(before.losses.thinned).toBe(0)
        expect(await before.save(Ending.Program, 221 * PERIOD_MS)).toBe(true)
        const thinned = before.losses.thinned
        expect(thinned > 100).toBe(true)
        const after = await open(store)
        expect(after.length).toBe(220 - thinned)
        expect((await drain(after)).endsWith(" 220")).toBe(true)
    })

    test("loses only the readings of a damaged block", async () => {
        const store = new MemorySlots(12, 96, false)
        const before = await open(store)
        before.wallOffset = NOON
        await fill(before, 1, 100)
        await before.save(Ending.Program, 101 * PERIOD_MS)
        const spoilt = store.contents[4]
        const count = spoilt[COUNT_AT]
        // running numbers begin with 0, those in the readings with 1
        const { first } = headerOf(spoilt)
        spoilt[50] = spoilt[50] ^ 1
        const after = await open(store)
        expect(after.losses.recovered).toBe(100 - count)
        expect(await drain(after)).toBe(range(1, first) + " " + range(first + count + 1, 100))
    })
})
