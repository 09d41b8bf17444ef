import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { LogBlocks } from "../../src/actors/logbook/log-blocks"
import { Before, Restarts } from "../../src/device/restarts"
import { onFault } from "../../src/kernel/fault"
import { Mailbox } from "../../src/kernel/mailbox"
import { Supervisor } from "../../src/kernel/supervisor"
import type { Reading } from "../../src/line/meters/profile"
import { noLosses } from "../../src/queue/backlog"
import { openQueue, type ReadingQueue } from "../../src/queue/reading-queue"
import { Shutdown } from "../../src/shutdown"
import { MemorySlots } from "./device/memory-slots"
import { counter, numbered, PERIOD_MS } from "./queue/readings"

const BYTES = 96

const POLICY = { intensity: 5, periodMs: 600000, backoffMs: 1000, maxBackoffMs: 60000 }

/** Slots whose writes hang while they are mute. */
class MuteSlots extends MemorySlots {
    isMute = false

    override async write(slot: number, data: Buffer) {
        if (this.isMute) await ds.suspend()
        this.contents[slot] = data.slice(0, data.length)
    }
}

async function open(store: MemorySlots): Promise<ReadingQueue> {
    return await openQueue(
        {
            meters: [counter],
            pollMs: PERIOD_MS,
            heapBlocks: 4,
            blockBytes: BYTES,
            store,
            losses: noLosses(),
        },
        1000,
        Before.Unknown,
    )
}

/** How long the shutdown waits for a store that hangs, in ms. */
const LIMIT_MS = 300000

// The program restarts a minute after the first of these tests, so the last one must be short.
describe("shutdown", () => {
    test("gives up on a hanging store after five minutes", async () => {
        const faults: string[] = []
        onFault((where, e) => faults.push(where + ": " + e.name))
        const store = new MuteSlots(12, BYTES, false)
        const queue = await open(store)
        for (let i = 1; i <= 30; i++) await queue.append(numbered(i))
        store.isMute = true
        const log = new LogBlocks(new MemorySlots(8, 224, false))
        const shutdown = new Shutdown(
            new Restarts(),
            new Supervisor(POLICY, () => {}),
            log,
            new Mailbox<Reading>(1, "drop-oldest"),
        )
        shutdown.queue = queue
        const begun = ds.millis()
        await shutdown.prepare()
        const took = ds.millis() - begun
        expect(took >= LIMIT_MS && took < LIMIT_MS + 1000).toBe(true)
        expect(faults.join()).toBe("shutdown: DeadlineExceeded")
    })

    test("saves the readings in the mailbox even when the log hangs", async () => {
        const faults: string[] = []
        onFault((where, e) => faults.push(where + ": " + e.name))
        const store = new MemorySlots(12, BYTES, false)
        const queue = await open(store)
        const taken = new Mailbox<Reading>(32, "drop-oldest")
        for (let i = 1; i <= 30; i++) await queue.append(numbered(i))
        for (let i = 31; i <= 40; i++) taken.post(numbered(i))
        const slots = new MuteSlots(8, 224, false)
        const log = new LogBlocks(slots)
        await log.open(896)
        slots.isMute = true
        const shutdown = new Shutdown(new Restarts(), new Supervisor(POLICY, () => {}), log, taken)
        shutdown.queue = queue
        const begun = ds.millis()
        await shutdown.prepare()
        expect(ds.millis() - begun < 20000).toBe(true)
        expect(taken.waiting.length).toBe(0)
        expect(faults.join()).toBe("log: DeadlineExceeded")
        expect((await open(store)).length).toBe(40)
    })
})
