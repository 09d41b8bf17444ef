import { describe, expect, test } from "@devicescript/test"
import { flashBudget, SETTING_BLOCK_BYTES } from "../../../src/device/flash-budget"
import { Before } from "../../../src/device/restarts"
import { SettingsSlots } from "../../../src/device/settings-slots"
import { noLosses } from "../../../src/queue/backlog"
import { Ending } from "../../../src/queue/codec/checkpoint"
import { openQueue, type QueueOptions } from "../../../src/queue/reading-queue"
import { peek } from "./batches"
import { counter, numbered, numberOf, PERIOD_MS } from "./readings"

describe("queue in the firmware's settings", () => {
    test("keeps its readings over a restart", async () => {
        const options: QueueOptions = {
            meters: [counter],
            pollMs: PERIOD_MS,
            heapBlocks: 4,
            blockBytes: 2 * SETTING_BLOCK_BYTES,
            store: new SettingsSlots("q", flashBudget().queueSlots, 2 * SETTING_BLOCK_BYTES, 2),
            losses: noLosses(),
        }
        const before = await openQueue(options, 1000, Before.Unknown)
        before.wallOffset = 1795348800000
        for (let i = 1; i <= 400; i++) await before.append(numbered(i))
        expect(await before.save(Ending.Program, 401 * PERIOD_MS)).toBe(true)
        const after = await openQueue(options, 1000, Before.Unknown)
        expect(after.length).toBe(400)
        let expected = 1
        while (after.length > 0) {
            const batch = await peek(after, 30)
            for (const reading of batch.readings) {
                expect(numberOf(reading)).toBe(expected)
                expected++
            }
            await after.acknowledge(batch.end)
        }
        expect(expected).toBe(401)
        expect((await openQueue(options, 1000, Before.Unknown)).length).toBe(0)
    })
})
