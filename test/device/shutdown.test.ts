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

/** Slots that never answer a write. */
class MuteSlots extends MemorySlots {
    override async write() {
        await ds.suspend()
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

describe("shutdown", () => {
    // In one test: a minute after it the program restarts.
    test("saves what waits in the mailbox, too, and a log that hangs keeps nobody from it", async () => {
        const faults: string[] = []
        onFault((where, e) => faults.push(where + ": " + e.name))
        const store = new MemorySlots(12, BYTES, false)
        const queue = await open(store)
        const taken = new Mailbox<Reading>(32, "drop-oldest")
        for (let i = 1; i <= 30; i++) await queue.append(numbered(i))
        for (let i = 31; i <= 40; i++) taken.post(numbered(i))
        const log = new LogBlocks(new MuteSlots(8, 224, false))
        await log.open(896)
        const policy = { intensity: 5, periodMs: 600000, backoffMs: 1000, maxBackoffMs: 60000 }
        const shutdown = new Shutdown(new Restarts(), new Supervisor(policy, () => {}), log, taken)
        shutdown.queue = queue
        const begun = ds.millis()
        await shutdown.prepare()
        expect(ds.millis() - begun < 20000).toBe(true)
        expect(taken.waiting.length).toBe(0)
        expect(faults.join()).toBe("log: DeadlineExceeded")
        expect((await open(store)).length).toBe(40)
    })
})
