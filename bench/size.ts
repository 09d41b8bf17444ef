import { compileProgram, type Program } from "../tools/compile/compile"
import { roomSizes } from "../tools/compile/room-sizes"
import { projectRoot } from "../tools/project"
import { available, type DriverName, lineDrivers } from "../tools/wiring/catalog"
import type { LineConfig } from "../tools/wiring/config"
import { defaultConfig } from "../tools/wiring/default-config"
import type { Bench, Table } from "./bench"

/** What the platform can address: `verification error: -1051` above it. */
const LIMIT_BYTES = 65_536

/** The least that each driver needs to be told. */
const lines: Record<DriverName, LineConfig> = {
    "spi-uart": { driver: "spi-uart" },
    sc16is7xx: { driver: "sc16is7xx" },
    "jacdac-serial": { driver: "jacdac-serial" },
    tcp: { driver: "tcp", host: "gateway.local" },
}

/** Bytecode by room, and by line driver. */
export const size: Bench = {
    name: "size",
    subject: "bytecode",
    method:
        "The program as it goes onto an ESP32, compiled for one PZEM-016. Each instruction counts for the room whose " +
        "source it comes from. Exact. All functions together may have 65,536 bytes.",
    async measure() {
        const program = await compile(defaultConfig.line)
        const { rooms, libraries } = roomSizes(program.debugInfo)
        const byLineDriver = await sizesByDriver()
        const { functions, data, total } = program.sizes
        return {
            figures: { limitBytes: LIMIT_BYTES, functions, data, total, rooms, libraries, byLineDriver },
            tables: [
                roomTable({ ...rooms, ...libraries }, functions),
                {
                    columns: ["line driver", "functions, bytes", "share of the limit, %", "with data, bytes"],
                    rows: Object.entries(byLineDriver).map(([driver, sizes]) => [
                        driver,
                        sizes.functions,
                        Math.round((100 * sizes.functions) / LIMIT_BYTES),
                        sizes.total,
                    ]),
                },
            ],
        }
    },
}

async function sizesByDriver(): Promise<Record<string, Program["sizes"]>> {
    const sizes: Record<string, Program["sizes"]> = {}
    for (const driver of available(lineDrivers, projectRoot)) {
        sizes[driver] = (await compile(lines[driver])).sizes
    }
    return sizes
}

function compile(line: LineConfig): Promise<Program> {
    return compileProgram({ entry: "src/main.ts", target: "device", config: { ...defaultConfig, line } })
}

function roomTable(sizes: Record<string, number>, functions: number): Table {
    const largestFirst = Object.entries(sizes).sort(([, a], [, b]) => b - a)
    return {
        columns: ["room", "functions, bytes"],
        rows: [...largestFirst, ["all functions", functions]],
    }
}
