import { expect, test } from "vitest"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { schemaMistakes } from "../../../tools/wiring/schema-check"
import { drawConfig } from "../../../tools/wirings/draw"
import { tryWiring } from "../../../tools/wirings/trial"

test("what is drawn is what the schema permits, and repeats itself", () => {
    for (let seed = 1; seed <= 20; seed++) {
        expect(schemaMistakes(JSON.parse(JSON.stringify(drawConfig(seed)))), `seed ${seed}`).toEqual([])
        expect(drawConfig(seed)).toEqual(drawConfig(seed))
    }
})

test("the default comes through a bad day as it is flashed", { timeout: 120_000 }, async () => {
    const trial = await tryWiring(defaultConfig, 1)
    expect(trial).toMatchObject({ panics: [], lost: 0, wrong: 0, duplicated: 0 })
    expect("mostSteps" in trial && trial.mostSteps).toBeLessThan(0.8 * 131_072)
})
