import { expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { ConfigError } from "../../../tools/wiring/config-error"
import { wiringOf } from "../../../tools/wiring/read-wiring"
import { drawConfig } from "../../../tools/wirings/draw"

const SEEDS = 60

// If nearly all drawn wirings were refused, a matrix of wirings without panics would prove nothing.
test("at least half of the random wirings are accepted", async () => {
    let accepted = 0
    for (let seed = 1; seed <= SEEDS; seed++) {
        try {
            await wiringOf(drawConfig(seed), "device", projectRoot)
            accepted++
        } catch (error) {
            if (!(error instanceof ConfigError)) throw error
        }
    }
    expect(accepted).toBeGreaterThanOrEqual(SEEDS / 2)
})
