import { expect, test } from "vitest"
import { MOST_STEPS } from "../../../sim/vm/step-counter"
import type { Config } from "../../../tools/wiring/config"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { tryWiring } from "../../../tools/wirings/trial"

// Late in an outage the little free heap is scattered over many gaps. With 17,024 bytes for readings, which left 20 KB free,
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

const SPI_UART: Config["line"] = { driver: "spi-uart" }
const JACDAC: Config["line"] = { driver: "jacdac-serial" }

function fleet(count: number, part: Partial<Config["meters"][number]>, line: Config["line"]): Config {
    const meters = Array.from({ length: count }, (_, i) => ({
        name: `meter-${i + 1}`,
        model: "pzem-016",
        address: i + 1,
        ...part,
    }))
    return { ...defaultConfig, board: "emon_esp32_devkit_c", line, meters }
}

// See docs/DESIGN.md, "What many meters leave", also for the results with more meters.
test.each([
    { name: "eight PZEM-016 on an SPI-UART", config: fleet(8, {}, SPI_UART) },
    { name: "five SDM120 at 2400 bit/s on an SPI-UART", config: fleet(5, { model: "sdm120" }, SPI_UART) },
    { name: "nine PZEM-016 on a Jacdac module", config: fleet(9, {}, JACDAC) },
    { name: "ten meters of one field", config: fleet(10, { fields: ["power"] }, JACDAC) },
])(
    "the largest accepted number of meters survives a bad day: $name",
    { timeout: 600_000 },
    async ({ config }) => {
        const trial = await tryWiring(config, 1)
        expect(trial).toMatchObject({ panics: [], lost: 0, wrong: 0, duplicated: 0 })
        expect("mostSteps" in trial && trial.mostSteps).toBeLessThan(0.8 * MOST_STEPS)
    },
)
