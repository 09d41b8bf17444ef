import { expect, test } from "vitest"
import { limitCases } from "../../../bench/limit-cases"
import { MOST_STEPS } from "../../../sim/vm/step-counter"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { tryWiring } from "../../../tools/wirings/trial"

// Late in an outage the little free heap is scattered over many gaps. In an earlier version, with 17,024 bytes for readings,
// each of these days ended with a reply whose head of 4 KB found no room, and all readings in the memory were lost.
test.each([
    { pollSeconds: 1, seed: 2 },
    { pollSeconds: 1, seed: 4 },
    { pollSeconds: 5, seed: 5 },
])(
    "a long reply header fits into a full memory: $pollSeconds s, seed $seed",
    {
        timeout: 600_000,
    },
    async ({ pollSeconds, seed }) => {
        const trial = await tryWiring({ ...defaultConfig, pollSeconds }, seed, "worst")
        expect(trial).toMatchObject({ panics: [], lost: 0, wrong: 0, duplicated: 0 })
    },
)

// `npm run bench -- limits` has more days.
test.each(limitCases)(
    "$name: the largest accepted number of meters survives a bad day",
    { timeout: 600_000 },
    async ({ config }) => {
        const trial = await tryWiring(config, 1)
        expect(trial).toMatchObject({ panics: [], lost: 0, wrong: 0, duplicated: 0 })
        expect("mostSteps" in trial && trial.mostSteps).toBeLessThan(0.8 * MOST_STEPS)
    },
)
