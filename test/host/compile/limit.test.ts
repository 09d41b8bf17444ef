import { expect, test } from "vitest"
import { compileProgram } from "../../../tools/compile/compile"
import { FUNCTIONS_LIMIT } from "../../../tools/compile/release/check"
import type { Config } from "../../../tools/wiring/config"

const PARTS: Omit<Config, "meters"> = {
    board: "emon_esp32_devkit_c",
    line: { driver: "spi-uart", de: "RS485_DE", baud: 9600, parity: "none" },
    store: { driver: "eeprom", kilobytes: 32 },
    inputs: { power: { name: "watts" }, energy: { name: "kwh", unit: "kWh" } },
    pollSeconds: 600,
    uploadSeconds: 600,
}

/** Models that work at 9600 bit/s without parity. */
const MODELS = [
    ...[
        "pzem-016",
        "pzem-014",
        "pzem-004t-v3",
        "pzem-003",
        "pzem-017",
        "sdm120",
        "sdm230",
        "abb-b21",
        "abb-b23",
    ],
    ...[
        "abb-d1x",
        "dds238-old",
        "dds238",
        "ddsu666",
        "dtsu666-old",
        "dtsu666",
        "ekonom",
        "em112",
        "em24",
        "em340",
    ],
    ...["et112", "iem2150", "iem3155", "n1-ct", "or-we-504", "or-we-514", "pro380", "sdm220", "sdm630"],
    ...["sdm72d-m-v1", "sdm72d-m-v2", "sharky-775", "sharky-775-kwh"],
]

function configOf(models: readonly string[]): Config {
    const meters = models.map((model, i) => ({ name: `meter-number-${i + 1}`, model, address: i + 1 }))
    meters[0] = { ...meters[0]!, statistics: ["power"] } as (typeof meters)[0]
    return { ...PARTS, meters }
}

test("all parts, and a dozen models, fit on the SPI-UART with an EEPROM", async () => {
    const config = configOf(MODELS.slice(0, 12))
    const { sizes } = await compileProgram({ entry: "src/main.ts", target: "device", config })
    expect(sizes.functions).toBeLessThan(FUNCTIONS_LIMIT)
})

test("32 models are refused before anything is compiled: the heap has no room for so many meters", async () => {
    const options = { entry: "src/main.ts", target: "device", config: configOf(MODELS) } as const
    await expect(compileProgram(options)).rejects.toThrow(
        'Leave out 20 of the 32 meters, or some "statistics"; another ESP32 can read them.',
    )
})
