import { createHash } from "node:crypto"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { modelModule } from "../meters/model-module"
import { projectRoot } from "../project"
import { readIfThere } from "../read-if-there"
import type { Config, Target } from "../wiring/config"
import { generateWiring } from "../wiring/generate"
import { readConfig, readWiring, wiringOf } from "../wiring/read-wiring"
import { WIRING_FILE } from "../wiring/write-wiring"
import { ProgramTooLargeError } from "./compile-error"
import { type CompilerOutput, compilerVersion, compileSources } from "./compiler"
import type { DebugInfo } from "./debug-info"
import { ProgramCache } from "./program-cache"
import { checkImage, FUNCTIONS_LIMIT } from "./release/check"
import { releaseVersion } from "./release/version"
import { collectSources, type Sources } from "./sources"
import { savingsOf } from "./what-to-leave-out"

/**
 * `debug` is what the DeviceScript tools make of the sources, on which breakpoints can be set. `release` is what goes onto
 * chips: the same program in less room; see `docs/release-build.md`.
 */
export type Build = "release" | "debug"

export interface CompileOptions {
    /** The main source file, relative to the project's folder, for example `src/main.ts`. */
    readonly entry: string
    readonly target: Target
    /** What is wired; left out, the project's `devicescript.json`. */
    readonly config?: Config
    /** Texts of source files that stand in for those of the project, by path. */
    readonly overrides?: Readonly<Record<string, string>>
    /** Left out, `release`. */
    readonly build?: Build
    /** Whether the program is kept in the cache; left out, it is. */
    readonly cached?: boolean
    /** Whether also a program that is too large to run is made, to be looked at; it is not kept. */
    readonly anySize?: boolean
    /** The project's folder, if it is not this one. */
    readonly root?: string
}

/** A program for the DeviceScript VM. */
export interface Program {
    readonly bytecode: Uint8Array
    readonly debugInfo: DebugInfo
    readonly sizes: ProgramSizes
    readonly build: Build
    /** SHA-256 of the bytecode in hexadecimal, as the firmware tells it of the program that it runs. */
    readonly hash: string
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
 * @throws CompileError when it does not compile; as ProgramTooLargeError when its functions take too much room, which says what
 * of the wiring to leave out
 * @throws ConfigError when it needs `src/generated/wiring.ts` and the configuration holds mistakes
 */
export async function compileProgram(options: CompileOptions): Promise<Program> {
    const { entry, build = "release", root = projectRoot, anySize = false } = options
    const cached = options.cached !== false && !anySize
    const sources = await gatherSources(options, root)
    const hash = hashOf(entry, build, sources)
    const cache = cached ? new ProgramCache(join(root, ".devicescript/cache/programs")) : undefined
    const make = async () => {
        const output = await makeOutput(entry, build, sources, root, anySize)
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

/** The same with what could be left out of the wiring. */
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

/** Calls that overlap share one run. */
function once(hash: string, run: () => Promise<CompilerOutput>): Promise<CompilerOutput> {
    const started = underWay.get(hash) ?? run().finally(() => underWay.delete(hash))
    underWay.set(hash, started)
    return started
}

async function makeOutput(
    entry: string,
    build: Build,
    sources: Sources,
    root: string,
    anySize: boolean,
): Promise<CompilerOutput> {
    const output =
        build === "release" ? await release(entry, sources, root) : await compileSources(entry, sources)
    if (!anySize) {
        checkSize(entry, output)
        checkImage(output.bytecode)
    }
    return output
}

/** TypeScript takes two seconds to load, which a program from the cache must not wait for. */
async function release(entry: string, sources: Sources, root: string): Promise<CompilerOutput> {
    const { buildRelease } = await import("./release/build")
    return buildRelease(entry, sources, root)
}

/** The limit is for the end of the last function, and before the first there are the header and their table. */
function checkSize(entry: string, { debugInfo }: CompilerOutput): void {
    const size = functionsSize(JSON.parse(debugInfo))
    if (size > FUNCTIONS_LIMIT) throw new ProgramTooLargeError(entry, size, FUNCTIONS_LIMIT)
}

/** All that the compiler sees, and nothing that does not count for the program. */
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

/** What the compiler reads of `package.json`. */
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
    return { bytecode, debugInfo, sizes: { total, functions, data: total - functions }, build, hash }
}
