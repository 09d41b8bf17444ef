import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** The part of a board definition that the configuration can name. */
export interface Board {
    readonly id: string
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
    return { id, pins, i2c: definition.i2c !== undefined }
}

interface Definition {
    pins: Record<string, number>
    /** Second name to first name. */
    $pins?: Record<string, string>
    i2c?: { pinSDA: string | number; pinSCL: string | number }
}
