import { expect, test } from "vitest"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { schemaMistakes } from "../../../tools/wiring/schema-check"
import { drawConfig } from "../../../tools/wirings/draw"
import { tryWiring } from "../../../tools/wirings/trial"

/** The code of a program that was stopped because a slice of work had no end. */
const TOO_MANY_STEPS = 60_001

test("random wirings satisfy the schema, and repeat with their seed", () => {
    for (let seed = 1; seed <= 20; seed++) {
        expect(schemaMistakes(JSON.parse(JSON.stringify(drawConfig(seed)))), `seed ${seed}`).toEqual([])
        expect(drawConfig(seed)).toEqual(drawConfig(seed))
    }
})

test("the default wiring survives a bad day as it is flashed", { timeout: 120_000 }, async () => {
    const trial = await tryWiring(defaultConfig, 1)
    expect(trial).toMatchObject({ panics: [], lost: 0, wrong: 0, duplicated: 0 })
    expect("mostSteps" in trial && trial.mostSteps).toBeLessThan(0.8 * 131_072)
})

// Neighboring blocks are downsampled, which involves the last reading of every meter.
test("a slice of work keeps its limit with eight meters and a full queue", {
    timeout: 600_000,
}, async () => {
    const meters = [1, 2, 3, 4, 5, 6, 7, 8].map(address => ({
        name: `meter-number-${address}`,
        model: "pzem-016",
        address,
    }))
    const trial = await tryWiring({ ...defaultConfig, pollSeconds: 10, meters }, 1, "worst")
    expect("panics" in trial && trial.panics).not.toContain(TOO_MANY_STEPS)
    expect("mostSteps" in trial && trial.mostSteps).toBeLessThan(0.8 * 131_072)
})
