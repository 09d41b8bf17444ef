import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { readIfThere } from "../read-if-there"
import type { Target, Wiring } from "./config"
import { generateWiring } from "./generate"
import { readWiring } from "./read-wiring"

/** The generated source, in the project's folder. */
export const WIRING_FILE = "src/generated/wiring.ts"

/**
 * Makes {@link WIRING_FILE} from `devicescript.json`. A file that is as it should be stays untouched, so that nothing
 * that watches it builds again.
 * @param root the project's folder
 * @throws ConfigError when the configuration holds mistakes; the file then stays as it is
 */
export async function writeWiring(
    target: Target,
    root: string,
): Promise<{ wiring: Wiring; changed: boolean }> {
    const wiring = await readWiring(target, root)
    // For the simulator it is DeviceScript's own tools that build from the file, and theirs is the debug build.
    const source = generateWiring(wiring, target, target === "device")
    const file = join(root, WIRING_FILE)
    const changed = (await readIfThere(file)) !== source
    if (changed) {
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, source)
    }
    return { wiring, changed }
}
