import type { DebugInfo, SourceInfo } from "../debug-info"
import { sourceFinder } from "../source-map"
import type { Insertion } from "./method-families"
import { originalName } from "./rename-methods"

/**
 * Maps debug information back to the sources before {@link renameMethods}: texts, positions and names.
 * @param texts the original sources
 */
export function withOriginalSources<T extends DebugInfo>(
    debugInfo: T,
    texts: ReadonlyMap<string, string>,
    insertions: ReadonlyMap<string, readonly Insertion[]>,
): T {
    const sources = debugInfo.sources.map((source): SourceInfo => {
        if (!insertions.has(source.path)) return source
        const text = texts.get(source.path)!
        return { ...source, text, length: text.length }
    })
    const begins = new Map<SourceInfo, number>()
    sources.reduce((begin, source, i) => {
        begins.set(debugInfo.sources[i]!, begin)
        return begin + source.length
    }, 0)
    const sourceAt = sourceFinder(debugInfo)
    const moved = (position: number) => {
        const { source, within } = sourceAt(position)
        return begins.get(source)! + originalOffset(within, insertions.get(source.path) ?? [])
    }
    const movedRange = ([position, length]: readonly [number, number]) =>
        [moved(position), moved(position + length) - moved(position)] as const
    return {
        ...debugInfo,
        sources,
        srcmap: movedSourceMap(debugInfo.srcmap, movedRange),
        inlined: debugInfo.inlined?.map(it => ({ ...it, head: moved(it.head), calls: it.calls.map(moved) })),
        functions: debugInfo.functions.map(fn => ({
            ...fn,
            name: originalName(fn.name),
            location: fn.location && movedRange(fn.location),
            users: (fn as { users?: [number, number][] }).users?.map(movedRange),
        })),
    }
}

/** Offset in the original text. An offset inside an insertion maps to where the text was inserted. */
function originalOffset(offset: number, insertions: readonly Insertion[]): number {
    let before = 0
    for (const { at, text } of insertions) {
        if (at + before >= offset) break
        if (at + before + text.length > offset) return at
        before += text.length
    }
    return offset - before
}

function movedSourceMap(
    srcmap: readonly number[],
    movedRange: (range: readonly [number, number]) => readonly [number, number],
): number[] {
    const result: number[] = []
    let old = 0
    let last = 0
    for (let i = 0; i < srcmap.length; i += 3) {
        old += srcmap[i]!
        const [position, length] = movedRange([old, srcmap[i + 1]!])
        result.push(position - last, length, srcmap[i + 2]!)
        last = position
    }
    return result
}
