import { existsSync } from "node:fs"
import { join } from "node:path"

/** A piece of the program that `devicescript.json` can name. */
export interface Part {
    /** Source file in `src/`, without `.ts`. */
    readonly module: string
    /** The name that the source file exports. */
    readonly symbol: string
}

export const lineDrivers = {
    "spi-uart": { module: "line/ports/spi-uart", symbol: "SpiUart" },
    sc16is7xx: { module: "line/ports/sc16is7xx", symbol: "Sc16is7xx" },
    "jacdac-serial": { module: "line/ports/jacdac-serial", symbol: "JacdacSerial" },
    tcp: { module: "line/ports/tcp-serial", symbol: "TcpSerial" },
} as const satisfies Record<string, Part>

export type DriverName = keyof typeof lineDrivers

/** Stores for readings that must survive a restart. */
export const storeDrivers = ["settings", "fram", "eeprom"] as const

/** Names of the parts whose source exists; a version of the program may lack some of them. */
export function available<Name extends string>(parts: Record<Name, Part>, root: string): Name[] {
    const names = Object.keys(parts) as Name[]
    return names.filter(name => existsSync(sourcePath(parts[name], root)))
}

function sourcePath(part: Part, root: string): string {
    return join(root, "src", part.module + ".ts")
}
