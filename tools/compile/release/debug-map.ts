import { type DebugInfo, FUNCTION_HEADER, type InlinedCode } from "../debug-info"
import { instructionsOf, type Instruction as Mark } from "../source-map"
import type { PlacedFunction } from "./assembly"

/**
 * Debug information for a program whose code has moved.
 * @param functions all functions in their new order
 */
export function movedDebugInfo<T extends DebugInfo>(debugInfo: T, functions: readonly PlacedFunction[]): T {
    return {
        ...debugInfo,
        functions: functions.map(({ index, start, length }) => ({
            ...debugInfo.functions[index]!,
            startpc: start,
            size: length + FUNCTION_HEADER,
        })),
        srcmap: movedSourceMap(debugInfo, functions),
        inlined: inlinedCode(debugInfo, functions),
    }
}

/** Stretches of code that were inlined in place of the same calls. */
function inlinedCode(debugInfo: DebugInfo, functions: readonly PlacedFunction[]): InlinedCode[] {
    const marks = instructionsOf(debugInfo)
    const positionAt = (from: number) => marks[markAt(marks, from)]!.position
    return functions.flatMap(({ moves, start, length }) => {
        const stretches: { begin: number; end: number; from: number; calls: readonly number[] }[] = []
        moves.forEach(({ from, calls = [], to }, i) => {
            const end = moves[i + 1]?.to ?? start + length
            const last = stretches.at(-1)
            if (last && last.calls.join() === calls.join()) last.end = end
            else stretches.push({ begin: to, end, from, calls })
        })
        return stretches
            .filter(({ calls }) => calls.length > 0)
            .map(({ begin, end, from, calls }) => {
                return { begin, end, head: headAt(debugInfo, from), calls: calls.map(positionAt) }
            })
    })
}

/** Each instruction keeps its mark, wherever it has moved and whatever precedes it now. */
function movedSourceMap(debugInfo: DebugInfo, functions: readonly PlacedFunction[]): number[] {
    const marks = instructionsOf(debugInfo)
    const srcmap: number[] = []
    let last = { position: 0, offset: 0 }
    for (const { moves } of functions) {
        let shown = -1
        for (const { from, to } of moves) {
            const mark = markAt(marks, from)
            if (mark === shown) continue
            shown = mark
            const { position } = marks[mark]!
            srcmap.push(position - last.position, debugInfo.srcmap[mark * 3 + 1]!, to - last.offset)
            last = { position, offset: to }
        }
    }
    return srcmap
}

/** Index of the last mark at or before an offset. */
function markAt(marks: readonly Mark[], offset: number): number {
    let low = 0
    let high = marks.length
    while (low + 1 < high) {
        const middle = (low + high) >> 1
        if (marks[middle]!.offset <= offset) low = middle
        else high = middle
    }
    return low
}

/** Source position of the function that an instruction belonged to. */
function headAt({ functions }: DebugInfo, from: number): number {
    const fn = functions.find(
        ({ startpc, size }) => from >= startpc && from < startpc + size - FUNCTION_HEADER,
    )
    return fn!.location[0]
}
