import { describe } from "@devicescript/test"
import { Before } from "../../../src/device/restarts"
import { noLosses } from "../../../src/queue/backlog"
import { openQueue } from "../../../src/queue/reading-queue"
import { MemorySlots } from "../device/memory-slots"
import { queueContract } from "./queue-contract"
import { counter, PERIOD_MS } from "./readings"

describe("queue of many slots and a small heap", () => {
    queueContract(async () => {
        const store = new MemorySlots(24, 96, false)
        return await openQueue(
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
    })
})

describe("queue of eager slots", () => {
    queueContract(async () => {
        const store = new MemorySlots(24, 96, true)
        return await openQueue(
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
    })
})

describe("queue of heap and slots", () => {
    queueContract(async () => {
        const store = new MemorySlots(14, 96, false)
        return await openQueue(
            {
                meters: [counter],
                pollMs: PERIOD_MS,
                heapBlocks: 8,
                blockBytes: 96,
                store,
                losses: noLosses(),
            },
            1000,
            Before.Unknown,
        )
    })
})
