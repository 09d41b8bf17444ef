import { describe } from "@devicescript/test"
import { Before } from "../../../src/device/restarts"
import { noLosses } from "../../../src/queue/backlog"
import { openQueue, type QueueOptions } from "../../../src/queue/reading-queue"
import { queueContract } from "./queue-contract"
import { counter, PERIOD_MS } from "./readings"

describe("queue on the heap alone", () => {
    queueContract(async () => {
        const options: QueueOptions = {
            meters: [counter],
            pollMs: PERIOD_MS,
            heapBlocks: 20,
            blockBytes: 96,
            store: undefined,
            losses: noLosses(),
        }
        return await openQueue(options, 1000, Before.Unknown)
    }, 3000)
})
