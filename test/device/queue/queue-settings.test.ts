import { describe } from "@devicescript/test"
import { Before } from "../../../src/device/restarts"
import { SettingsSlots } from "../../../src/device/settings-slots"
import { noLosses } from "../../../src/queue/backlog"
import { openQueue, type QueueOptions } from "../../../src/queue/reading-queue"
import { queueContract } from "./queue-contract"
import { counter, PERIOD_MS } from "./readings"

let opened = 0

/** Each queue has its own names of settings, because nothing removes a setting. */
function options(prefix: string): QueueOptions {
    const store = new SettingsSlots(prefix, 8, 96)
    return { meters: [counter], pollMs: PERIOD_MS, heapBlocks: 12, blockBytes: 96, store, losses: noLosses() }
}

describe("queue of heap and settings", () => {
    queueContract(async () => {
        opened++
        return await openQueue(options("c" + opened + "."), 1000, Before.Unknown)
    })
})
