import { existsSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

/** A piece of the program that `devicescript.json` can name. */
export interface Part {
    /** Source file in `src/`, without `.ts`. */
    readonly module: string
    /** What the source file exports. */
    readonly symbol: string
}

/** A meter model; its profile says the rest. */
export interface MeterModel extends Part {
    /** Speeds in bit/s that the meter can be set to. */
    readonly bauds: readonly number[]
}

export const lineDrivers = {
    "spi-uart": { module: "line/ports/spi-uart", symbol: "SpiUart" },
    sc16is7xx: { module: "line/ports/sc16is7xx", symbol: "Sc16is7xx" },
    "jacdac-serial": { module: "line/ports/jacdac-serial", symbol: "JacdacSerial" },
    tcp: { module: "line/ports/tcp-serial", symbol: "TcpSerial" },
} as const satisfies Record<string, Part>

export type DriverName = keyof typeof lineDrivers

/** Where readings can wait that must outlive a restart. */
export const storeDrivers = ["settings", "fram", "eeprom"] as const

const eastronBauds = [1200, 2400, 4800, 9600]

export const meterModels = {
    "pzem-016": { module: "line/meters/pzem-016", symbol: "pzem016", bauds: [9600] },
    "pzem-014": { module: "line/meters/pzem-014", symbol: "pzem014", bauds: [9600] },
    "pzem-004t-v3": { module: "line/meters/pzem-004t-v3", symbol: "pzem004tV3", bauds: [9600] },
    "pzem-017": { module: "line/meters/pzem-017", symbol: "pzem017", bauds: [9600] },
    "pzem-003": { module: "line/meters/pzem-003", symbol: "pzem003", bauds: [9600] },
    sdm120: { module: "line/meters/sdm120", symbol: "sdm120", bauds: eastronBauds },
    sdm230: { module: "line/meters/sdm230", symbol: "sdm230", bauds: eastronBauds },
} as const satisfies Record<string, MeterModel>

export type ModelName = keyof typeof meterModels

/** Names of those parts whose source is there; a version of the program need not have all of them. */
export function available<Name extends string>(parts: Record<Name, Part>, root: string): Name[] {
    const names = Object.keys(parts) as Name[]
    return names.filter(name => existsSync(sourcePath(parts[name], root)))
}

/** What the checks need to know of a meter's profile, see `src/line/meters/profile.ts`. */
export interface ProfileFacts {
    readonly baud: number
    readonly stopBits: 1 | 2
    readonly fields: readonly { readonly name: string; readonly unit: string; readonly decimals: number }[]
}

/** Reads the profile of an {@link available} model. Profiles are plain data, so Node can import them. */
export async function loadProfile(model: ModelName, root: string): Promise<ProfileFacts> {
    const part = meterModels[model]
    const module = await import(pathToFileURL(sourcePath(part, root)).href)
    return module[part.symbol]
}

function sourcePath(part: Part, root: string): string {
    return join(root, "src", part.module + ".ts")
}
