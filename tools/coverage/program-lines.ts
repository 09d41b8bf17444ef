import { type DebugInfo, FUNCTION_HEADER, type FunctionInfo } from "../compile/debug-info"
import { instructionsOf, sourceFinder } from "../compile/source-map"
import type { LineCoverage } from "./line-coverage"

/** The instructions that a run of a program has reached. */
export interface Reached {
    readonly run: string
    /** Bytecode offsets of the instructions that were executed. */
    readonly offsets: ReadonlySet<number>
}

/** The sources that chips run, except generated ones. */
const COUNTED = /^src\/(?!generated\/|programs\/(?:command-order|known-models)\.ts)/

/**
 * Records the lines of `src/` that have bytecode in a program. A line counts as reached if one of its instructions was
 * executed. The head of a function counts as reached only if the function was called, because other code comes from there
 * too: the code that puts a method into its class, and the return after the last statement. Inlined code also has a head, and
 * its calls have lines.
 * @param reached omitted for a program that was not run
 */
export function noteProgram(coverage: LineCoverage, debugInfo: DebugInfo, reached?: Reached): void {
    const lineAt = lineFinder(debugInfo)
    const note = ({ position, begin, end }: Code) => {
        const { path, line } = lineAt(position)
        if (!COUNTED.test(path)) return
        coverage.note(path, line, reached && isBegun(reached.offsets, begin, end) ? reached.run : undefined)
    }
    const heads = new Set<number>()
    for (const fn of debugInfo.functions) {
        const position = fn.location[0]
        heads.add(position)
        note({ position, begin: fn.startpc, end: endOf(fn) })
    }
    for (const { head, calls, begin, end } of debugInfo.inlined ?? []) {
        heads.add(head)
        for (const position of [head, ...calls]) note({ position, begin, end })
    }
    for (const code of codeOf(debugInfo)) if (!heads.has(code.position)) note(code)
}

/** A stretch of instructions with the same source position. */
interface Code {
    readonly position: number
    /** Offset in the bytecode. */
    readonly begin: number
    readonly end: number
}

function codeOf(debugInfo: DebugInfo): Code[] {
    const instructions = instructionsOf(debugInfo)
    return debugInfo.functions.flatMap(fn => {
        const own = instructions.filter(({ offset }) => offset >= fn.startpc && offset < endOf(fn))
        return own.map(({ position, offset: begin }, i) => ({
            position,
            begin,
            end: own[i + 1]?.offset ?? endOf(fn),
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
