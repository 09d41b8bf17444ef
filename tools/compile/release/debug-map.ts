import type { DebugInfo } from "../debug-info"
import { FUNCTION_HEADER } from "../debug-info"
import { instructionsOf } from "../source-map"
import type { PlacedFunction } from "./assembly"

/**
 * The debug information of a program whose code has moved.
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
    }
}

/** Entries come in the order of the code; of several that lead to one place the last counts. */
function movedSourceMap(debugInfo: DebugInfo, functions: readonly PlacedFunction[]): number[] {
    const moves = functions.flatMap(fn =>
        fn.moves.map(([from, to], i) => ({ from, to, end: i + 1 === fn.moves.length })),
    )
    moves.sort((a, b) => a.from - b.from || Number(b.end) - Number(a.end))
    const byOffset = new Map<number, { position: number; length: number }>()
    let next = 0
    instructionsOf(debugInfo).forEach(({ position, offset }, i) => {
        while (next < moves.length && moves[next]!.from < offset) next++
        while (moves[next]?.end && moves[next + 1]?.from === offset) next++
        const move = moves[next]
        if (move && !move.end) byOffset.set(move.to, { position, length: debugInfo.srcmap[i * 3 + 1]! })
    })
    const srcmap: number[] = []
    let last = { position: 0, offset: 0 }
    for (const [offset, { position, length }] of [...byOffset].sort(([a], [b]) => a - b)) {
        srcmap.push(position - last.position, length, offset - last.offset)
        last = { position, offset }
    }
    return srcmap
}
