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
    const renamed = renameMethods(sources, librariesOf(root))
    const compiled = await compileRenamed(entry, sources, renamed)
    const encoded = encodeRelease(compiled.output)
    if (!compiled.renamed) return encoded
    const debugInfo = withOriginalSources(JSON.parse(encoded.debugInfo), sources, renamed.insertions)
    return { bytecode: encoded.bytecode, debugInfo: JSON.stringify(debugInfo) }
}

/** The compiler leaves its libraries in every folder that it worked in. */
function librariesOf(root: string): string {
    return existsSync(join(root, "node_modules/@devicescript/core")) ? root : projectRoot
}

/** Types may ask for a name in a way that was not seen: then the program is compiled as it is. */
async function compileRenamed(
    entry: string,
    sources: Sources,
    renamed: RenamedSources,
): Promise<{ output: CompilerOutput; renamed: boolean }> {
    try {
        return { output: await compileSources(entry, renamed.sources), renamed: true }
    } catch (error) {
        if (!(error instanceof CompileError)) throw error
        return { output: await compileSources(entry, sources), renamed: false }
    }
}
