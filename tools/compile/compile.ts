import { createHash } from "node:crypto"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { reachedFolder } from "../../sim/vm/reached-folder"
import { modelModule } from "../meters/model-module"
import { projectRoot } from "../project"
import { readIfThere } from "../read-if-there"
import type { Config, Target } from "../wiring/config"
import { generateWiring } from "../wiring/generate"
import { readConfig, readWiring, wiringOf } from "../wiring/read-wiring"
import { WIRING_FILE } from "../wiring/write-wiring"
import type { Build, BuildJob } from "./build-job"
import { buildOutput } from "./build-output"
import { ProgramTooLargeError } from "./compile-error"
import { type CompilerOutput, compilerVersion } from "./compiler"
import type { DebugInfo } from "./debug-info"
import { ProgramCache } from "./program-cache"
import { checkImage, FUNCTIONS_LIMIT } from "./release/check"
import { releaseVersion } from "./release/version"
import { collectSources, type Sources } from "./sources"
import { savingsOf } from "./what-to-leave-out"

export interface CompileOptions {
    /** The main source file, relative to the project's folder, for example `src/main.ts`. */
    readonly entry: string
    readonly target: Target
    /** The configuration. Default: the project's `devicescript.json`. */
    readonly config?: Config
    /** Source texts that replace files of the project, by path. */
    readonly overrides?: Readonly<Record<string, string>>
    /** Default: `release`. */
    readonly build?: Build
    /** Whether to use the program cache. Default: true. */
    readonly cached?: boolean
    /** Whether to build a program even if it is too large to run, for inspection. The cache is then not used. */
    readonly anySize?: boolean
    /** The project folder, if it is not this project's. */
    readonly root?: string
}

/** A program for the DeviceScript VM. */
export interface Program {
    readonly bytecode: Uint8Array
    readonly debugInfo: DebugInfo
    readonly sizes: ProgramSizes
    readonly build: Build
    /** SHA-256 of the bytecode in hexadecimal. The firmware reports the same hash for the program that it runs. */
    readonly hash: string
}

/** Sizes in bytes. */
export interface ProgramSizes {
    readonly total: number
    /** Size of all functions; the platform's limit is 64 KB. */
    readonly functions: number
    /** Size of constants, names, service specifications and tables. */
    readonly data: number
}

/**
 * Compiles a program, or loads it from the cache in `.devicescript/cache`.
 *
 * Does not touch the sources in the working tree: `src/generated/wiring.ts` is generated for this program alone. Calls can
 * overlap, even across processes.
 * @throws CompileError when the program does not compile; ProgramTooLargeError when its functions are too large, with the
 * parts of the wiring that could be left out
 * @throws ConfigError when the program needs `src/generated/wiring.ts` and the configuration contains mistakes
 */
export async function compileProgram(options: CompileOptions): Promise<Program> {
    const { entry, build = "release", root = projectRoot, anySize = false } = options
    const cached = options.cached !== false && !anySize
    const sources = await gatherSources(options, root)
    const hash = hashOf(entry, build, sources)
    const cache = cached ? new ProgramCache(join(root, ".devicescript/cache/programs")) : undefined
    const make = async () => {
        const output = await makeOutput({ entry, build, sources, root }, anySize)
        await cache?.store(hash, output)
        return output
    }
    try {
        const output = (await cache?.load(hash)) ?? (await once(`${hash} ${anySize}`, make))
        return programOf(output, build)
    } catch (error) {
        if (!(error instanceof ProgramTooLargeError) || !sources.has(WIRING_FILE)) throw error
        throw await withSavings(error, options, root)
    }
}

/** Returns the same error with the parts of the wiring that could be left out. */
async function withSavings(
    { entry, functions, limit }: ProgramTooLargeError,
    options: CompileOptions,
    root: string,
): Promise<ProgramTooLargeError> {
    const measure = async (config: Config) => {
        return (await compileProgram({ ...options, config, anySize: true })).sizes.functions
    }
    const savings = await savingsOf(options.config ?? (await readConfig(root)), functions, measure)
    return new ProgramTooLargeError(entry, functions, limit, savings)
}

const underWay = new Map<string, Promise<CompilerOutput>>()

/** Overlapping calls for the same program share one run. */
function once(hash: string, run: () => Promise<CompilerOutput>): Promise<CompilerOutput> {
    const started = underWay.get(hash) ?? run().finally(() => underWay.delete(hash))
    underWay.set(hash, started)
    return started
}

async function makeOutput(job: BuildJob, anySize: boolean): Promise<CompilerOutput> {
    const output = await buildOutput(job)
    if (!anySize) {
        checkSize(job.entry, output)
        checkImage(output.bytecode)
    }
    return output
}

/** The platform limits where the last function ends. The header and the function table count too, because they come first. */
function checkSize(entry: string, { debugInfo }: CompilerOutput): void {
    const size = functionsSize(JSON.parse(debugInfo))
    if (size > FUNCTIONS_LIMIT) throw new ProgramTooLargeError(entry, size, FUNCTIONS_LIMIT)
}

/** Collects the compiler's input, without anything that does not affect the program. */
async function gatherSources(options: CompileOptions, root: string): Promise<Sources> {
    const { entry, target, build = "release", config, overrides = {} } = options
    const sources = await collectSources(entry, async path => {
        if (overrides[path] !== undefined) return overrides[path]
        if (path !== WIRING_FILE) return modelModule(path, root) ?? (await readIfThere(join(root, path)))
        const wiring = config ? await wiringOf(config, target, root) : await readWiring(target, root)
        return generateWiring(wiring, target, target === "device" || build === "release")
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

/** The part of `package.json` that the compiler reads. */
async function identity(root: string): Promise<string> {
    const { name, version } = JSON.parse((await readIfThere(join(root, "package.json"))) ?? "{}")
    return JSON.stringify({ name, version })
}

function hashOf(entry: string, build: Build, sources: Sources): string {
    const hash = createHash("sha256")
    const version = build === "release" ? releaseVersion : ""
    hash.update(JSON.stringify([compilerVersion, build, version, entry, [...sources].sort()]))
    return hash.digest("hex")
}

function functionsSize({ functions }: DebugInfo): number {
    return functions.reduce((sum, fn) => sum + fn.size, 0)
}

function programOf({ bytecode, debugInfo: json }: CompilerOutput, build: Build): Program {
    const debugInfo: DebugInfo = JSON.parse(json)
    const functions = functionsSize(debugInfo)
    const total = bytecode.length
    const hash = createHash("sha256").update(bytecode).digest("hex")
    reachedFolder?.keepDebugInfo(hash, json)
    return { bytecode, debugInfo, sizes: { total, functions, data: total - functions }, build, hash }
}
