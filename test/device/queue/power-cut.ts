import * as ds from "@devicescript/core"
import { expect } from "@devicescript/test"
import { Before } from "../../../src/device/restarts"
import { noLosses } from "../../../src/queue/backlog"
import { Ending } from "../../../src/queue/codec/checkpoint"
import { openQueue, type ReadingQueue } from "../../../src/queue/reading-queue"
import { MemorySlots } from "../device/memory-slots"
import { peek } from "./batches"
import { counter, lost, numbered, numberOf, PERIOD_MS } from "./readings"

const SLOTS = 8
const BLOCK_BYTES = 96

/** Slots that can lose power in the middle of a write: the first part is written, the rest is undefined. */
class WatchedSlots extends MemorySlots {
    checkpoints = 0
    /** What a check has thrown: the queue takes what {@link write} throws for a failure of the slot. */
    mistake: Error

    /** @param check is called before each write, with its number and slot, and what it writes */
    constructor(
        eager: boolean,
        readonly check: (write: number, slot: number, data: Buffer) => Promise<void>,
    ) {
        super(SLOTS, BLOCK_BYTES, eager)
    }

    override async write(slot: number, data: Buffer) {
        await ds.sleep(1)
        this.writes++
        try {
            if (!this.mistake) await this.check(this.writes, slot, data)
        } catch (e) {
            this.mistake = e as Error
        }
        this.contents[slot] = data.slice(0, data.length)
        if (slot < 2) this.checkpoints++
    }
}

/** What a slot holds after a power cut. */
function torn(write: number, old: Buffer, data: Buffer, garbage: number): Buffer {
    const torn = Buffer.alloc(data.length)
    const done = (write * 37) % data.length
    torn.fillAt(0, torn.length, garbage)
    if (old && garbage === 0) torn.blitAt(0, old, 0, Math.min(old.length, torn.length))
    torn.blitAt(0, data, 0, done)
    return torn
}

function copyOf(slots: MemorySlots): MemorySlots {
    const copy = new MemorySlots(slots.slots, slots.size, slots.eager)
    for (let i = 0; i < slots.contents.length; i++) copy.contents[i] = slots.contents[i]
    return copy
}

async function open(store: MemorySlots): Promise<ReadingQueue> {
    return await openQueue(
        {
            meters: [counter],
            pollMs: PERIOD_MS,
            heapBlocks: 2,
            blockBytes: BLOCK_BYTES,
            store,
            losses: noLosses(),
        },
        1000,
        Before.Unknown,
    )
}

/** How far a story came, as numbers of readings. */
class Progress {
    /** The last reading that was taken. */
    taken = 0
    acknowledged = 0
    /** The last reading whose acknowledgement has begun. */
    acknowledging = 0
    /** The last reading that was acknowledged when a checkpoint was written. */
    confirmed = 0
}

async function take(queue: ReadingQueue, to: number, progress: Progress) {
    while (progress.taken < to) {
        await queue.append(numbered(progress.taken + 1))
        progress.taken++
    }
}

async function deliver(queue: ReadingQueue, count: number, progress: Progress, store: WatchedSlots) {
    while (count > 0 && queue.length > 0) {
        const batch = await peek(queue, Math.min(count, 30))
        const last = numberOf(batch.readings[batch.readings.length - 1])
        const checkpoints = store.checkpoints
        count = count - batch.readings.length
        progress.acknowledging = last
        await queue.acknowledge(batch.end)
        progress.acknowledged = last
        if (store.checkpoints > checkpoints) progress.confirmed = last
    }
}

/** Outage, half a delivery, outage, delivery of everything, outage, planned restart. */
async function story(queue: ReadingQueue, progress: Progress, store: WatchedSlots) {
    await take(queue, 130, progress)
    await deliver(queue, 50, progress, store)
    await take(queue, 230, progress)
    await deliver(queue, 999, progress, store)
    await take(queue, 300, progress)
    await queue.save(Ending.Program, 300 * PERIOD_MS + 10)
}

/** Numbers of all readings that are found after a restart. */
async function recover(store: MemorySlots): Promise<number[]> {
    const queue = await open(store)
    const all: number[] = []
    let last = 0
    while (queue.length > 0) {
        const batch = await peek(queue, 30)
        expect(batch.unconfirmed).toBe(true)
        expect(batch.current).toBe(false)
        for (const reading of batch.readings) {
            const number = numberOf(reading)
            expect(number > last).toBe(true)
            all.push(number)
            last = number
        }
        await queue.acknowledge(batch.end)
    }
    expect(lost(queue)).toBe(0)
    return all
}

/**
 * Plays the story and checks at every write what is left if the power cut interrupts that one.
 * @param garbageOf with what the interrupted write of this number leaves the rest of its slot; each is tried
 * @returns how many writes the story takes
 */
export async function cutEverywhere(
    eager: boolean,
    garbageOf: (write: number) => readonly number[],
): Promise<number> {
    const progress = new Progress()
    const store: WatchedSlots = new WatchedSlots(eager, async (write, slot, data) => {
        const kinds = garbageOf(write)
        if (kinds.length === 0) return
        const before = await recover(copyOf(store))
        for (const garbage of kinds) {
            const cut = copyOf(store)
            cut.contents[slot] = torn(write, store.contents[slot], data, garbage)
            checkCut(before, await recover(cut), progress, eager)
        }
    })
    const queue = await open(store)
    queue.wallOffset = 1770000000000
    await story(queue, progress, store)
    if (store.mistake) throw store.mistake
    expect(queue.losses.thinned > 0).toBe(true)
    const found = await recover(copyOf(store))
    expect(found[0] > progress.acknowledged).toBe(true)
    expect(found.length).toBe(queue.length)
    expect(found[found.length - 1]).toBe(300)
    return store.writes
}

/** Checks the readings that are found after a power cut in a write, against those that would have been found before it. */
function checkCut(before: readonly number[], after: readonly number[], progress: Progress, eager: boolean) {
    // of the readings that were there when the write began, only delivered ones are gone
    let i = 0
    for (const number of before) {
        if (number <= progress.acknowledging) continue
        while (i < after.length && after[i] < number) i++
        expect(after[i]).toBe(number)
    }
    // no reading comes back that a checkpoint had confirmed, and none appears that was not taken
    if (after.length > 0) {
        expect(after[0] > progress.confirmed).toBe(true)
        expect(after[after.length - 1] <= progress.taken + 1).toBe(true)
    }
    // if every reading is written at once, only the one being taken is lost
    if (eager && progress.acknowledging < progress.taken) {
        expect(after[after.length - 1] >= progress.taken).toBe(true)
    }
}
