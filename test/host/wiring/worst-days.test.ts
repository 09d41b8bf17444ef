import { expect, test } from "vitest"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { tryWiring } from "../../../tools/wirings/trial"

// Late in an outage what little is free lies in many gaps. With 17,024 bytes for readings, which left 20 KB free, each of these
// days ended with a reply whose head of 4 KB found no room, and all readings in the memory were lost.
test.each([
    { pollSeconds: 1, seed: 2 },
    { pollSeconds: 1, seed: 4 },
    { pollSeconds: 5, seed: 5 },
])(
    "a long head finds room when the memory is full of readings: $pollSeconds s, seed $seed",
    {
        timeout: 600_000,
    },
    async ({ pollSeconds, seed }) => {
        const trial = await tryWiring({ ...defaultConfig, pollSeconds }, seed, "worst")
        expect(trial).toMatchObject({ panics: [], lost: 0, wrong: 0, duplicated: 0 })
    },
)
