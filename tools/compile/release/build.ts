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
 * @param root the project's folder
 * @throws CompileError with what the compiler says about the sources as they are
 */
export async function buildRelease(entry: string, sources: Sources, root: string): Promise<CompilerOutput> {
    const { output, insertions } = await compileRenamed(entry, sources, root)
    const { bytecode, debugInfo } = encodeRelease(output)
    return {
        bytecode,
        debugInfo: JSON.stringify(withOriginalSources(JSON.parse(debugInfo), sources, insertions)),
    }
}

/** The compiler leaves its libraries in every folder that it worked in. */
function librariesOf(root: string): string {
    return existsSync(join(root, "node_modules/@devicescript/core")) ? root : projectRoot
}

/** What the compiler made of sources with renamed methods. */
interface Renamed extends Pick<RenamedSources, "insertions"> {
    readonly output: CompilerOutput
}

/**
 * Compiles a program with a name of its own for each method. Where a class meets an interface that it does not name, this
 * takes a second try; and where types ask for a name in a way that was not seen, the program is compiled as it is.
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
