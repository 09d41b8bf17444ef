import type { Build } from "../tools/compile/build-job"
import { compileProgram, type Program } from "../tools/compile/compile"
import { ProgramTooLargeError } from "../tools/compile/compile-error"
import { FUNCTIONS_LIMIT } from "../tools/compile/release/check"
import { roomSizes } from "../tools/compile/room-sizes"
import { projectRoot } from "../tools/project"
import { available, type DriverName, lineDrivers } from "../tools/wiring/catalog"
import type { LineConfig } from "../tools/wiring/config"
import { defaultConfig } from "../tools/wiring/default-config"
import type { Bench, Table } from "./bench"

/** Minimal configuration of each driver. */
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
        "The program as it runs on an ESP32, compiled for one PZEM-016. Each instruction counts toward the room of its " +
        "source file. Exact. The debug build is what DeviceScript's own tools make of the same sources. The limit for " +
        `all functions together is ${FUNCTIONS_LIMIT.toLocaleString("en")} bytes.`,
    async measure() {
        const { debugInfo, sizes } = await compile(defaultConfig.line, "release")
        const { rooms, libraries } = roomSizes(debugInfo)
        const release = await sizesByDriver("release")
        const debug = await sizesByDriver("debug")
        const share = (bytes: number) => Math.round((100 * bytes) / FUNCTIONS_LIMIT)
        return {
            figures: { release, debug, limit: FUNCTIONS_LIMIT, ...sizes, rooms, libraries },
            tables: [
                roomTable({ ...rooms, ...libraries }, sizes.functions),
                {
                    columns: [
                        "line driver",
                        "functions, bytes",
                        "share of the limit, %",
                        "debug build, bytes",
                    ],
                    rows: Object.entries(release).map(([driver, bytes]) => [
                        driver,
                        bytes,
                        share(bytes),
                        debug[driver]!,
                    ]),
                },
            ],
        }
    },
}

/** Bytes of functions with each line driver, even if they exceed the limit. */
async function sizesByDriver(build: Build): Promise<Record<string, number>> {
    const sizes: Record<string, number> = {}
    for (const driver of available(lineDrivers, projectRoot)) {
        try {
            sizes[driver] = (await compile(lines[driver], build)).sizes.functions
        } catch (error) {
            if (!(error instanceof ProgramTooLargeError)) throw error
            sizes[driver] = error.functions
        }
    }
    return sizes
}

function compile(line: LineConfig, build: Build): Promise<Program> {
    return compileProgram({
        entry: "src/main.ts",
        target: "device",
        build,
        config: { ...defaultConfig, line },
    })
}

function roomTable(sizes: Record<string, number>, functions: number): Table {
    const largestFirst = Object.entries(sizes).sort(([, a], [, b]) => b - a)
    return {
        columns: ["room", "functions, bytes"],
        rows: [...largestFirst, ["all functions", functions]],
    }
}
