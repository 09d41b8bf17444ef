import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { readIfThere } from "../read-if-there"
import { modelIds, readModel } from "./catalog"
import { generateProfile, importsCode, type ProfileOptions } from "./generate-profile"

/** Modules with one model each, for tests and benches. Compilations generate their own; the files are for editors. */
const FOLDER = "src/generated/models"
const PATH = /^src\/generated\/models\/([a-z0-9-]+)\.ts$/

/**
 * The source of a module that exports the profile of one shipped model, under a name such as `pzem016`.
 * @param path such as `src/generated/models/pzem-016.ts`
 * @returns `undefined` for any other path
 * @throws UnknownModelError, ConfigError
 */
export function modelModule(path: string, root: string): string | undefined {
    const id = PATH.exec(path)?.[1]
    if (id === undefined) return undefined
    return profileModule(id, root, { baud: readModel(id, root).line.baud })
}

/** Writes the modules of all shipped models, so that an editor finds what tests and benches import. */
export async function writeModelModules(root: string): Promise<void> {
    await mkdir(join(root, FOLDER), { recursive: true })
    for (const id of modelIds(root)) {
        const path = `${FOLDER}/${id}.ts`
        const source = modelModule(path, root)!
        if ((await readIfThere(join(root, path))) !== source) await writeFile(join(root, path), source)
    }
}

function profileModule(id: string, root: string, options: ProfileOptions): string {
    const symbol = symbolOf(id)
    const source = generateProfile(readModel(id, root), symbol, options)
    return [
        ...importsCode(source.imports, "../../line/meters"),
        'import type { Profile } from "../../line/meters/profile"',
        ...source.functions,
        `export const ${symbol}: Profile = ${source.expression}`,
        "",
    ].join("\n")
}

/** `pzem-004t-v3` becomes `pzem004tV3`. */
export function symbolOf(id: string): string {
    return id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
