import { join } from "node:path"
import { modelFiles } from "../tools/meters/catalog"
import { projectRoot } from "../tools/project"
import { isSameFile } from "../tools/same-file"
import type { Config } from "../tools/wiring/config"
import { CONFIG_FILE } from "../tools/wiring/read-wiring"
import { FileError } from "./file-error"

/** Files of the project that a command writes, by their options; `undefined` for an option that is left out. */
export type Outputs = Readonly<Record<string, string | undefined>>

/**
 * Checks that no output replaces a file that the command reads: the wiring, the models of its meters, the settings, or one of
 * `others`.
 * @throws FileError
 */
export function checkOutputs(outputs: Outputs, config: Config, others: readonly string[] = []): void {
    const own = [CONFIG_FILE, ".env.local", ".env.defaults"].map(name => join(projectRoot, name))
    const models = config.meters.flatMap(({ model }) => modelFiles(model, projectRoot))
    for (const [option, path] of Object.entries(outputs)) {
        if (path !== undefined && [...own, ...models, ...others].some(read => isSameFile(path, read)))
            throw new FileError(
                option,
                path,
                "this would replace a file that the command reads; name another one",
            )
    }
}
