import { expect, test } from "vitest"
import { compileProgram } from "../../../tools/compile/compile"
import { projectRoot } from "../../../tools/project"
import { available, type DriverName, lineDrivers } from "../../../tools/wiring/catalog"
import type { LineConfig } from "../../../tools/wiring/config"

const main = `import { SocketOwner } from "./net/socket"
import { cadence, inputSets, line, makePort, meters } from "./generated/wiring"
console.log(makePort(new SocketOwner()).name, line.baud, cadence.pollMs, cadence.uploadMs, inputSets.length)
for (const meter of meters) console.log(meter.name, meter.address, meter.profile.model)
`

const lines: Record<DriverName, LineConfig> = {
    "spi-uart": { driver: "spi-uart", de: "RS485_DE", baud: 9600 },
    sc16is7xx: { driver: "sc16is7xx", crystalHz: 14745600, channel: "B", baud: 9600 },
    "jacdac-serial": { driver: "jacdac-serial", baud: 9600 },
    tcp: { driver: "tcp", host: "gateway.local", mode: "rtu-over-tcp", port: 8899 },
}

/** Source files that all drivers share. */
const contracts = ["src/line/ports/port.ts", "src/line/ports/line-settings.ts"]

const models = ["pzem-016", "sdm120", "sdm630", "dtsu666"]

test.each(available(lineDrivers, projectRoot))(
    "%s compiles with many models and no other driver",
    async driver => {
        const { bytecode, debugInfo } = await compileProgram({
            entry: "src/main.ts",
            target: "device",
            // The release build inlines a driver that is made in one place.
            build: "debug",
            config: {
                board: "emon_esp32c3_supermini",
                line: lines[driver],
                meters: models.map((model, i) => ({ name: `meter${i}`, model, address: i + 1 })),
                inputs: { energy: { name: "energy_forward", unit: "kWh" } },
            },
            overrides: { "src/main.ts": main },
        })
        for (const model of models) expect(Buffer.from(bytecode).includes(model)).toBe(true)
        const own = `src/${lineDrivers[driver].module}`
        const foreign = debugInfo.sources
            .map(source => source.path)
            .filter(path => path.startsWith("src/line/ports/") && !contracts.includes(path))
            .filter(path => path !== `${own}.ts` && !path.startsWith(`${own}/`))
        expect(foreign).toEqual([])
        for (const { symbol } of Object.values(lineDrivers)) {
            const mentioned = debugInfo.functions.some(fn => fn.name.startsWith(symbol))
            expect([symbol, mentioned]).toEqual([symbol, symbol === lineDrivers[driver].symbol])
        }
    },
)
