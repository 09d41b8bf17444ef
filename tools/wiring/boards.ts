import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** The part of a board definition that the configuration can name. */
export interface Board {
    readonly id: string
    /** DeviceScript's name for the chip, such as `esp32c3`. */
    readonly chip: string
    /** The name of each pin in `@dsboard/<id>`, by its name in `devicescript.json`. */
    readonly pins: ReadonlyMap<string, string>
    /** Whether the board has pins for I2C. */
    readonly i2c: boolean
}

const SUFFIX = ".board.json"

/** Names of the boards in `boards/`. */
export function boardIds(root: string): string[] {
    const folder = join(root, "boards")
    if (!existsSync(folder)) return []
    return readdirSync(folder)
        .filter(name => name.endsWith(SUFFIX))
        .map(name => name.slice(0, -SUFFIX.length))
        .sort()
}

/**
 * Reads one of {@link boardIds}.
 *
 * A pin to which `$pins` gives a second name has both: `P23` is printed on the board, `RS485_TXD` says what it is for.
 * `@dsboard/<id>` knows only the second name.
 */
export function readBoard(id: string, root: string): Board {
    const file = join(root, "boards", id + SUFFIX)
    const definition: Definition = JSON.parse(readFileSync(file, "utf8"))
    const pins = new Map(Object.keys(definition.pins).map(name => [name, name]))
    for (const [alias, name] of Object.entries(definition.$pins ?? {})) {
        pins.set(alias, alias)
        pins.set(name, alias)
    }
    for (const name of [definition.i2c?.pinSDA, definition.i2c?.pinSCL]) pins.delete(String(name))
    return { id, chip: definition.archId, pins, i2c: definition.i2c !== undefined }
}

interface Definition {
    archId: string
    pins: Record<string, number>
    /** First names, by second name. */
    $pins?: Record<string, string>
    i2c?: { pinSDA: string | number; pinSCL: string | number }
}

/** Chips and boards that cannot run this program, with the reason as the end of a sentence. */
const UNFIT: readonly { readonly names: RegExp; readonly reason: string }[] = [
    {
        names: /esp32[-_]?s2|(^|[-_ ])s2($|[-_ ])/i,
        reason: "has an ESP32-S2, whose firmware gives programs 40 KB; this one needs 64 KB",
    },
    {
        names: /esp32[-_]?(c2|c5|c6|c61|h2|p4)|(^|[-_ ])(c2|c5|c6|c61|h2|p4)($|[-_ ])/i,
        reason: "has a chip for which DeviceScript has no firmware",
    },
    {
        names: /esp8266|d1[-_ ]?mini|nodemcu/i,
        reason: "has an ESP8266, for which DeviceScript has no firmware",
    },
]

/**
 * Why a chip or board of this name cannot run this program.
 * @returns the end of a sentence; `undefined` if it can
 */
export function unfit(name: string): string | undefined {
    return UNFIT.find(({ names }) => names.test(name))?.reason
}

/** What to use instead of a chip that is {@link unfit}. */
export const FIT_CHIPS = "Use a board with an ESP32, ESP32-C3 or ESP32-S3."
