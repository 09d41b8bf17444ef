import { posix } from "node:path"

/** Texts of source files by their path in the project, with `/`. */
export type Sources = Map<string, string>

/** Gives the text of a file of the project, or `undefined` where there is none. */
export type SourceReader = (path: string) => Promise<string | undefined>

/**
 * Collects a source file and all it imports from the project, so that a change elsewhere is no reason to compile it
 * again. What cannot be found is left to the compiler to complain about.
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

/** Also finds those in comments, which does no harm. */
function relativeImports(text: string): string[] {
    return [...text.matchAll(/\b(?:from|import)\s*["'](\.[^"']+)["']/g)].map(match => match[1]!)
}
