import { type DebugInfo, FUNCTION_HEADER, type FunctionInfo } from "../compile/debug-info"
import { instructionsOf, sourceFinder } from "../compile/source-map"
import type { LineCoverage } from "./line-coverage"

/** What a run of a program has reached. */
export interface Reached {
    readonly run: string
    /** Of the instructions that were begun, in the bytecode. */
    readonly offsets: ReadonlySet<number>
}

/** What chips run, but for what is generated. */
const COUNTED = /^src\/(?!generated\/|programs\/(?:command-order|known-models)\.ts)/

/**
 * Notes the lines of `src/` that have bytecode in a program. A line was reached if an instruction was that comes from it, and
 * that of a function's head if the function was called: the compiler derives the return behind the last statement from there.
 * @param reached left out for a program that was not run
 */
export function noteProgram(coverage: LineCoverage, debugInfo: DebugInfo, reached?: Reached): void {
    const lineAt = lineFinder(debugInfo)
    const isReached = (begin: number, end: number) =>
        reached !== undefined && isBegun(reached.offsets, begin, end)
    for (const { begin, end, position, fn } of codeOf(debugInfo)) {
        const { path, line } = lineAt(position)
        if (!COUNTED.test(path)) continue
        const isHead = position === fn.location[0]
        const was = isHead ? isReached(fn.startpc, endOf(fn)) : isReached(begin, end)
        coverage.note(path, line, was ? reached?.run : undefined)
    }
}

/** Instructions with one source position. */
interface Code {
    /** Offset in the bytecode. */
    readonly begin: number
    readonly end: number
    readonly position: number
    readonly fn: FunctionInfo
}

function codeOf(debugInfo: DebugInfo): Code[] {
    const instructions = instructionsOf(debugInfo)
    return debugInfo.functions.flatMap(fn => {
        const own = instructions.filter(({ offset }) => offset >= fn.startpc && offset < endOf(fn))
        return own.map(({ position, offset: begin }, i) => ({
            begin,
            end: own[i + 1]?.offset ?? endOf(fn),
            position,
            fn,
        }))
    })
}

function endOf({ startpc, size }: FunctionInfo): number {
    return startpc + size - FUNCTION_HEADER
}

function isBegun(offsets: ReadonlySet<number>, begin: number, end: number): boolean {
    for (let offset = begin; offset < end; offset++) if (offsets.has(offset)) return true
    return false
}

function lineFinder(debugInfo: DebugInfo): (position: number) => { path: string; line: number } {
    const sourceAt = sourceFinder(debugInfo)
    const breaks = new Map<string, number[]>()
    return position => {
        const {
            source: { path, text },
            within,
        } = sourceAt(position)
        const own = breaks.get(path) ?? lineBreaks(text)
        breaks.set(path, own)
        const next = own.findIndex(at => at >= within)
        return { path, line: (next < 0 ? own.length : next) + 1 }
    }
}

function lineBreaks(text: string): number[] {
    return [...text.matchAll(/\n/g)].map(({ index }) => index)
}
