import { expect, test } from "vitest"
import { compileProgram } from "../../../tools/compile/compile"
import { roomSizes } from "../../../tools/compile/room-sizes"
import type { Config } from "../../../tools/wiring/config"

/** Bytes that the functions of a program may have together: the runtime's verifier refuses more. */
const LIMIT = 65_536

test("the largest program that can be wired, all models on the SPI-UART, is within the platform's limit", async () => {
    const models = [
        "pzem-016",
        "pzem-014",
        "pzem-004t-v3",
        "pzem-003",
        "pzem-017",
        "sdm120",
        "sdm230",
    ] as const
    const config: Config = {
        board: "emon_esp32_devkit_c",
        line: { driver: "spi-uart", de: "RS485_DE", baud: 9600 },
        meters: models.map((model, i) => ({ name: model, model, address: i + 1 })),
        inputs: { power: { name: "watts" }, energy: { name: "kwh", unit: "kWh" } },
    }
    const { debugInfo } = await compileProgram({ entry: "src/main.ts", target: "device", config })
    const { total } = roomSizes(debugInfo)
    expect(total).toBeLessThan(LIMIT)
})
