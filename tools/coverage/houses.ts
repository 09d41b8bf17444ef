import { COMMAND_PROGRAM, type LineCommand, orderSource } from "../commands/line-command"
import type { Watcher } from "../device-tests/run-device-tests"
import { buildImage, type ImageOptions } from "../image"
import type { Config } from "../wiring/config"
import { defaultConfig } from "../wiring/default-config"
import { WiredHouse } from "../wirings/house"
import { live } from "../wirings/trial"

/** A program, and what it goes through in a house. */
interface Stay {
    readonly program: ImageOptions
    live(house: WiredHouse): Promise<unknown>
}

const { board } = defaultConfig

/** Every driver and every store, a slow line, and the other options. */
const CONFIGS: readonly Config[] = [
    defaultConfig,
    {
        board,
        line: { driver: "spi-uart", baud: 2400, parity: "even" },
        meters: [{ name: "grid", model: "sdm120", address: 1 }],
    },
    {
        board,
        line: { driver: "sc16is7xx" },
        store: { driver: "fram" },
        meters: [
            { name: "heatpump", model: "pzem-016", address: 1, statistics: ["power"] },
            { name: "battery", model: "pzem-017", address: 2 },
        ],
        compression: true,
    },
    {
        board,
        line: { driver: "tcp", host: "gateway.example" },
        store: { driver: "eeprom" },
        meters: [{ name: "grid", model: "sdm630", address: 1 }],
    },
    {
        line: { driver: "jacdac-serial" },
        meters: [{ name: "heatpump", model: "pzem-004t-v3", address: 1 }],
        services: false,
    },
]

/** One command of each kind for the meter of the default wiring, and the two that search the line. */
const COMMANDS: readonly LineCommand[] = [
    { name: "read-alarm", meter: "heatpump" },
    { name: "set-alarm", meter: "heatpump", value: 2000 },
    { name: "set-address", from: 1, to: 2 },
    { name: "reset-energy", meter: "heatpump" },
    { name: "scan", first: 1, last: 8 },
    { name: "diagnose" },
]

/** Time for a command, in s. The longest one searches the line with all settings that a meter can have. */
const COMMAND_S = 600
/** Time for the self-test, in s. Longer than all its steps take. */
const SELF_TEST_S = 300

const STAYS: readonly Stay[] = [
    ...CONFIGS.map((config): Stay => ({ program: { config }, live: house => live(house, "bad") })),
    ...COMMANDS.map(
        (command): Stay => ({
            program: { entry: COMMAND_PROGRAM, config: defaultConfig, overrides: orderSource(command) },
            live: house => house.rig.pass(COMMAND_S),
        }),
    ),
    {
        program: { entry: "src/programs/selftest.ts", config: defaultConfig },
        live: house => house.rig.pass(SELF_TEST_S),
    },
]

/** Runs each program in a house on a virtual clock: the main program through a bad day, the others long enough to finish. */
export async function runHouses({ onProgress, onRun }: Watcher): Promise<void> {
    for (const [i, { program, live }] of STAYS.entries()) {
        onProgress?.(i / STAYS.length)
        const image = await buildImage(program)
        const house = await WiredHouse.begin(image, i + 1, { marksReached: true })
        try {
            await live(house)
        } finally {
            await house.end()
        }
        onRun(image, house.rig.simulation.device.reached)
    }
}
