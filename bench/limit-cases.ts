import type { Config } from "../tools/wiring/config"
import { defaultConfig } from "../tools/wiring/default-config"

/** A wiring with as many meters as `configure` accepts. */
export interface LimitCase {
    readonly name: string
    readonly config: Config
}

type Meter = Omit<Config["meters"][number], "name" | "address">

const SPI_UART: Config["line"] = { driver: "spi-uart" }
const JACDAC: Config["line"] = { driver: "jacdac-serial" }
const GATEWAY: Config["line"] = { driver: "tcp", host: "gateway" }

/** All of them can be set to 9600 bit/s. */
const SIX_MODELS = ["pzem-016", "or-we-504", "sdm120", "sdm220", "sdm230", "em24"]

const PZEM: Meter = { model: "pzem-016" }

/** Wirings at the limit: by driver, by model, and by the interval between readings. */
export const limitCases: readonly LimitCase[] = [
    { name: "1 PZEM-016, `spi-uart`", config: wiring(SPI_UART, [PZEM]) },
    { name: "8 PZEM-016, `spi-uart`", config: wiring(SPI_UART, times(8, PZEM)) },
    { name: "5 SDM120 at 2400 bit/s, `spi-uart`", config: wiring(SPI_UART, times(5, { model: "sdm120" })) },
    { name: "8 PZEM-016 behind a gateway, `tcp`", config: wiring(GATEWAY, times(8, PZEM)) },
    { name: "9 PZEM-016, `jacdac-serial`", config: wiring(JACDAC, times(9, PZEM)) },
    {
        name: "10 meters of one field, `jacdac-serial`",
        config: wiring(JACDAC, times(10, { ...PZEM, fields: ["power"] })),
    },
    {
        name: "6 of six models, `jacdac-serial`",
        config: wiring(
            { ...JACDAC, baud: 9600 },
            SIX_MODELS.map(model => ({ model })),
        ),
    },
    {
        name: "8 PZEM-016 every 3 s, `jacdac-serial`",
        config: { ...wiring(JACDAC, times(8, PZEM)), pollSeconds: 3 },
    },
    {
        name: "8 PZEM-016 every second, `jacdac-serial`",
        config: { ...wiring(JACDAC, times(8, PZEM)), pollSeconds: 1 },
    },
]

function times(count: number, meter: Meter): readonly Meter[] {
    return Array.from({ length: count }, () => meter)
}

function wiring(line: Config["line"], meters: readonly Meter[]): Config {
    return {
        ...defaultConfig,
        line,
        meters: meters.map((meter, i) => ({ ...meter, name: `meter-${i + 1}`, address: i + 1 })),
    }
}
