import { expect, test } from "vitest"
import { compileProgram } from "../../../tools/compile/compile"
import { projectRoot } from "../../../tools/project"
import { available, type DriverName, lineDrivers, meterModels } from "../../../tools/wiring/catalog"
import type { LineConfig } from "../../../tools/wiring/config"

const main = `import { cadence, inputs, line, makePort, meters } from "./wiring"
console.log(makePort().name, cadence.pollMs, line.baud, inputs.length)
for (const meter of meters) console.log(meter.name, meter.address, meter.profile.model)
`

const lines: Record<DriverName, LineConfig> = {
    "spi-uart": { driver: "spi-uart", de: "RS485_DE", baud: 9600 },
    sc16is7xx: { driver: "sc16is7xx", crystalHz: 14745600, channel: "B", baud: 9600 },
    "jacdac-serial": { driver: "jacdac-serial", baud: 9600 },
    tcp: { driver: "tcp", host: "gateway.local", mode: "rtu-over-tcp", port: 8899 },
}

const models = available(meterModels, projectRoot)

test.each(available(lineDrivers, projectRoot))("the wiring of %s with all models compiles", async driver => {
    const { bytecode, debugInfo } = await compileProgram({
        entry: "src/main.ts",
        target: "device",
        config: {
            board: "emon_esp32c3_supermini",
            line: lines[driver],
            meters: models.map((model, i) => ({ name: `meter${i}`, model, address: i + 1 })),
            inputs: { energy: { name: "energy_forward", unit: "kWh" } },
        },
        overrides: { "src/main.ts": main },
    })
    for (const model of models) expect(Buffer.from(bytecode).includes(model)).toBe(true)
    const drivers = Object.values(lineDrivers).map(part => `src/${part.module}.ts`)
    const compiled = debugInfo.sources.map(source => source.path).filter(path => drivers.includes(path))
    expect(compiled).toEqual([`src/${lineDrivers[driver].module}.ts`])
})
