import { existsSync } from "node:fs"
import { join } from "node:path"
import { projectRoot } from "../../project"
import { CompileError } from "../compile-error"
import { type CompilerOutput, compileSources } from "../compiler"
import type { Sources } from "../sources"
import { encodeRelease } from "./encode"
import { type RenamedSources, renameMethods } from "./rename-methods"
import { withOriginalSources } from "./restore-positions"

/**
 * Makes the release build of a program.
 * @param root the project folder
 * @throws CompileError with the compiler's messages about the original sources
 */
export async function buildRelease(entry: string, sources: Sources, root: string): Promise<CompilerOutput> {
    const { output, insertions } = await compileRenamed(entry, sources, root)
    const { bytecode, debugInfo } = encodeRelease(output)
    return {
        bytecode,
        debugInfo: JSON.stringify(withOriginalSources(JSON.parse(debugInfo), sources, insertions)),
    }
}

/** The folder that has DeviceScript's libraries. The compiler leaves them in every folder that it has worked in. */
function librariesOf(root: string): string {
    return existsSync(join(root, "node_modules/@devicescript/core")) ? root : projectRoot
}

/** Compiler output for sources with renamed methods. */
interface Renamed extends Pick<RenamedSources, "insertions"> {
    readonly output: CompilerOutput
}

/**
 * Compiles a program with a unique name for each method. If a class implements an interface in a way that the renaming
 * misses, this takes a second attempt. If types need a name in another way that it misses, the program is compiled unchanged.
 * @throws CompileError
 */
export async function compileRenamed(entry: string, sources: Sources, root: string): Promise<Renamed> {
    for (const wary of [false, true]) {
        const renamed = renameMethods(sources, librariesOf(root), wary)
        try {
            return {
                output: await compileSources(entry, renamed.sources),
                insertions: renamed.insertions,
            }
        } catch (error) {
            if (!(error instanceof CompileError)) throw error
            if (renamed.insertions.size === 0) throw error
        }
    }
    return { output: await compileSources(entry, sources), insertions: new Map() }
}
