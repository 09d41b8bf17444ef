import { posix } from "node:path"

/** Source texts by their path in the project, separated by `/`. */
export type Sources = Map<string, string>

/** Returns the text of a project file, or `undefined` if there is none. */
export type SourceReader = (path: string) => Promise<string | undefined>

/**
 * Collects a source file and everything it imports from the project, so that changes to other files do not cause a
 * recompilation. The compiler reports imports that cannot be found.
 */
export async function collectSources(entry: string, read: SourceReader): Promise<Sources> {
    const sources: Sources = new Map()
    const add = async (path: string): Promise<boolean> => {
        if (sources.has(path)) return true
        const text = await read(path)
        if (text === undefined) return false
        sources.set(path, text)
        for (const name of relativeImports(text)) {
            const target = posix.join(posix.dirname(path), name)
            for (const candidate of [`${target}.ts`, `${target}.tsx`, `${target}/index.ts`])
                if (await add(candidate)) break
        }
        return true
    }
    await add(entry)
    return sources
}

/** Also finds imports in comments, which does no harm. */
function relativeImports(text: string): string[] {
    return [...text.matchAll(/\b(?:from|import)\s*["'](\.[^"']+)["']/g)].map(match => match[1]!)
}
