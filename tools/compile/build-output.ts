import type { BuildJob } from "./build-job"
import { type CompilerOutput, compileSources } from "./compiler"
import { askSharedBuilder } from "./shared-builder"

/**
 * Builds a program of any size, in another process if one shares its builder with this one.
 * @throws CompileError
 */
export async function buildOutput(job: BuildJob): Promise<CompilerOutput> {
    return (await askSharedBuilder(job)) ?? (await buildHere(job))
}

/**
 * Builds a program of any size in this process. Imports the release build only when needed: TypeScript takes two seconds to
 * load.
 * @throws CompileError
 */
export async function buildHere({ entry, build, sources, root }: BuildJob): Promise<CompilerOutput> {
    if (build === "debug") return compileSources(entry, sources)
    const { buildRelease } = await import("./release/build")
    return buildRelease(entry, sources, root)
}
