import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** The part of a board definition that the configuration can name. */
export interface Board {
    readonly id: string
    /** The chip, as DeviceScript calls it: `esp32c3`. */
    readonly chip: string
    /** Name of each pin, as written in `devicescript.json`, and its name in `@dsboard/<id>`. */
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
 * A pin that `$pins` gives a second name answers to both: `P23` is what is printed on the board, `RS485_TXD` what it
 * is for. `@dsboard/<id>` knows only the second name.
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
    /** Second name to first name. */
    $pins?: Record<string, string>
    i2c?: { pinSDA: string | number; pinSCL: string | number }
}

/** Why this program cannot run on a chip; `undefined` for one on which it can. */
const UNFIT: readonly { readonly names: RegExp; readonly reason: string }[] = [
    {
        names: /esp32[-_]?s2|(^|[-_ ])s2($|[-_ ])/i,
        reason: "has an ESP32-S2, on which the firmware gives programs 40 KB; this one needs 64 KB",
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
 * What stands against a chip or a board, by its name.
 * @returns the end of a sentence; `undefined` when nothing does
 */
export function unfit(name: string): string | undefined {
    return UNFIT.find(({ names }) => names.test(name))?.reason
}

/** What to take instead of a chip that is {@link unfit}. */
export const FIT_CHIPS = "Take a board with an ESP32, ESP32-C3 or ESP32-S3."
