import { describe } from "@devicescript/test"
import type { MemoryPart } from "../../../sim/i2c/memory-chip"
import { I2cSlots } from "../../../src/device/i2c-slots"
import { Before } from "../../../src/device/restarts"
import { noLosses } from "../../../src/queue/backlog"
import { openQueue } from "../../../src/queue/reading-queue"
import { busOf, chipOf } from "../device/bus"
import { queueContract } from "./queue-contract"
import { counter, PERIOD_MS } from "./readings"

describe("queue in an FRAM", () => {
    queueContract(async () => {
        const model: MemoryPart = { address: 0x50, bytes: 4096, pageBytes: 0, writeCycleMs: 0 }
        const part = { model: "fram", ...model }
        const store = new I2cSlots(busOf(chipOf(model)), part, 96)
        return await openQueue(
            {
                meters: [counter],
                pollMs: PERIOD_MS,
                heapBlocks: 2,
                blockBytes: 96,
                store,
                losses: noLosses(),
            },
            1000,
            Before.Unknown,
        )
    })
})

describe("queue in an EEPROM", () => {
    queueContract(async () => {
        const model: MemoryPart = { address: 0x50, bytes: 2048, pageBytes: 32, writeCycleMs: 5 }
        const part = { model: "eeprom", ...model }
        const store = new I2cSlots(busOf(chipOf(model)), part, 96)
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
