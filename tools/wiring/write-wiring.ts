import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { readIfThere } from "../read-if-there"
import type { Target, Wiring } from "./config"
import { generateWiring } from "./generate"
import { readWiring } from "./read-wiring"

/** Path of the generated source, relative to the project folder. */
export const WIRING_FILE = "src/generated/wiring.ts"

/**
 * Generates {@link WIRING_FILE} from `devicescript.json`. Leaves a file that is up to date untouched, so that file watchers
 * do not build again.
 * @param root the project folder
 * @throws ConfigError when the configuration contains mistakes; the file then stays as it is
 */
export async function writeWiring(
    target: Target,
    root: string,
): Promise<{ wiring: Wiring; changed: boolean }> {
    const wiring = await readWiring(target, root)
    // For the simulator, DeviceScript's own tools build from this file, and they make the debug build.
    const source = generateWiring(wiring, target, target === "device")
    const file = join(root, WIRING_FILE)
    const changed = (await readIfThere(file)) !== source
    if (changed) {
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, source)
    }
    return { wiring, changed }
}
