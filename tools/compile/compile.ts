import { createHash } from "node:crypto"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { projectRoot } from "../project"
import { readIfThere } from "../read-if-there"
import type { Config, Target } from "../wiring/config"
import { generateWiring } from "../wiring/generate"
import { readWiring, wiringOf } from "../wiring/read-wiring"
import { WIRING_FILE } from "../wiring/write-wiring"
import { type CompilerOutput, compilerVersion, compileSources } from "./compiler"
import type { DebugInfo } from "./debug-info"
import { ProgramCache } from "./program-cache"
import { collectSources, type Sources } from "./sources"

export interface CompileOptions {
    /** The main source file, relative to the project's folder, for example `src/main.ts`. */
    readonly entry: string
    readonly target: Target
    /** What is wired; left out, the project's `devicescript.json`. */
    readonly config?: Config
    /** Texts of source files that stand in for those of the project, by path. */
    readonly overrides?: Readonly<Record<string, string>>
    /** The project's folder, if it is not this one. */
    readonly root?: string
}

/** A program for the DeviceScript VM. */
export interface Program {
    readonly bytecode: Uint8Array
    readonly debugInfo: DebugInfo
    readonly sizes: ProgramSizes
}

/** Sizes in bytes. */
export interface ProgramSizes {
    readonly total: number
    /** Of all functions; the platform's limit is 64 KB. */
    readonly functions: number
    /** Of constants, names, service specifications and tables. */
    readonly data: number
}

/**
 * Compiles a program, or takes it from the cache in `.devicescript/cache`.
 *
 * Nothing in the working tree is touched: `src/generated/wiring.ts` is made for this program alone. Calls may overlap, also
 * those of other processes.
 * @throws CompileError when it does not compile
 * @throws ConfigError when it needs `src/generated/wiring.ts` and the configuration holds mistakes
 */
export async function compileProgram(options: CompileOptions): Promise<Program> {
    const root = options.root ?? projectRoot
    const sources = await gatherSources(options, root)
    const hash = hashOf(options.entry, sources)
    const cache = new ProgramCache(join(root, ".devicescript/cache/programs"))
    const output = (await cache.load(hash)) ?? (await compileOnce(hash, options.entry, sources, cache))
    return programOf(output)
}

const underWay = new Map<string, Promise<CompilerOutput>>()

async function compileOnce(
    hash: string,
    entry: string,
    sources: Sources,
    cache: ProgramCache,
): Promise<CompilerOutput> {
    const compile = async () => {
        const output = await compileSources(entry, sources)
        await cache.store(hash, output)
        return output
    }
    const started = underWay.get(hash) ?? compile().finally(() => underWay.delete(hash))
    underWay.set(hash, started)
    return started
}

/** All that the compiler sees, and nothing that does not count for the program. */
async function gatherSources(options: CompileOptions, root: string): Promise<Sources> {
    const { entry, target, config, overrides = {} } = options
    const sources = await collectSources(entry, async path => {
        if (overrides[path] !== undefined) return overrides[path]
        if (path !== WIRING_FILE) return readIfThere(join(root, path))
        const wiring = config ? await wiringOf(config, target, root) : await readWiring(target, root)
        return generateWiring(wiring, target)
    })
    for (const folder of ["boards", "services"]) {
        for (const name of await namesIn(join(root, folder))) {
            const path = `${folder}/${name}`
            sources.set(path, (await readIfThere(join(root, path))) ?? "")
        }
    }
    sources.set("devsconfig.json", "{}")
    sources.set("package.json", await identity(root))
    return sources
}

async function namesIn(folder: string): Promise<string[]> {
    try {
        return (await readdir(folder)).sort()
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return []
        throw error
    }
}

/** What the compiler reads of `package.json`. */
async function identity(root: string): Promise<string> {
    const { name, version } = JSON.parse((await readIfThere(join(root, "package.json"))) ?? "{}")
    return JSON.stringify({ name, version })
}

function hashOf(entry: string, sources: Sources): string {
    const hash = createHash("sha256")
    hash.update(JSON.stringify([compilerVersion, entry, [...sources].sort()]))
    return hash.digest("hex")
}

function programOf({ bytecode, debugInfo: json }: CompilerOutput): Program {
    const debugInfo: DebugInfo = JSON.parse(json)
    const functions = debugInfo.functions.reduce((sum, fn) => sum + fn.size, 0)
    const total = bytecode.length
    return { bytecode, debugInfo, sizes: { total, functions, data: total - functions } }
}
