import { expect, test } from "vitest"
import { MOST_STEPS } from "../../../sim/vm/step-counter"
import { failedWirings } from "../../../tools/wirings/failed-wirings"
import { tryWiring } from "../../../tools/wirings/trial"

// In seed 3021, the readings leave the heap 1,500 bytes for its pace and 700 for its EEPROM; see tools/wiring/heap-taken.ts.
// Without either, less than its figure is free.
test.each(failedWirings.filter(({ refused }) => !refused))(
    "a wiring that once failed survives its day: seed $seed",
    { timeout: 600_000 },
    async ({ config, seed, day, leastFreeBytes = 0 }) => {
        const trial = await tryWiring(config, seed, day)
        expect(trial).toMatchObject({ panics: [], lost: 0, wrong: 0, duplicated: 0 })
        expect("mostSteps" in trial && trial.mostSteps).toBeLessThan(0.8 * MOST_STEPS)
        expect("leastFreeBytes" in trial && trial.leastFreeBytes).toBeGreaterThan(leastFreeBytes)
    },
)

test.each(failedWirings.filter(({ refused }) => refused))(
    "a wiring that once ran out of room is refused: seed $seed",
    async ({ config, seed }) => {
        expect(await tryWiring(config, seed)).toMatchObject({
            refused: expect.stringContaining("need too much memory"),
        })
    },
)
