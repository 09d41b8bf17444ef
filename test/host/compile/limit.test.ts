import { expect, test } from "vitest"
import { compileProgram } from "../../../tools/compile/compile"
import { CompileError } from "../../../tools/compile/compile-error"
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
const MODELS = ["pzem-016", "sdm120", "abb-b23", "em24", "sdm630", "iem3155", "dtsu666", "em340", "n1-ct"]

function configOf(models: readonly string[]): Config {
    const meters = models.map((model, i) => ({ name: `meter-number-${i + 1}`, model, address: i + 1 }))
    meters[0] = { ...meters[0]!, statistics: ["power"] } as (typeof meters)[0]
    return { ...PARTS, meters }
}

test("all parts and four models fit into the program, with SPI-UART and EEPROM", async () => {
    const config = configOf(MODELS.slice(0, 4))
    const { sizes } = await compileProgram({ entry: "src/main.ts", target: "device", config })
    expect(sizes.functions).toBeLessThan(FUNCTIONS_LIMIT)
})

test("refuses nine models before it compiles, and says how many meters to leave out", async () => {
    const overrides = { "src/main.ts": 'import "./generated/wiring"\nthis does not compile\n' }
    const compile = (models: readonly string[]) =>
        compileProgram({
            entry: "src/main.ts",
            target: "device",
            build: "debug",
            config: configOf(models),
            overrides,
        })
    await expect(compile(MODELS.slice(0, 1))).rejects.toThrow(CompileError)
    await expect(compile(MODELS)).rejects.toThrow(
        'Leave out 5 of the 9 meters, or some "statistics"; another ESP32 can read them.',
    )
})
