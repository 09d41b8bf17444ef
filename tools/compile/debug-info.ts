/** The parts of the compiler's `bytecode-dbg.json` that this project uses. */
export interface DebugInfo {
    readonly functions: readonly FunctionInfo[]
    /** Triples of source position, source length and bytecode offset; position and offset are relative to the triple before. */
    readonly srcmap: readonly number[]
    /** Source files. A source position is a character offset into all of them, concatenated in this order. */
    readonly sources: readonly SourceInfo[]
    /** Release build only: inlined code. */
    readonly inlined?: readonly InlinedCode[]
}

/** A stretch of bytecode that was inlined in place of a call. */
export interface InlinedCode {
    /** Offset of its first instruction in the bytecode. */
    readonly begin: number
    /** Bytecode offset just after its last instruction. */
    readonly end: number
    /** Source position of the inlined function. */
    readonly head: number
    /** Source positions of the nested calls that it replaces, innermost first. */
    readonly calls: readonly number[]
}

export interface FunctionInfo {
    readonly name: string
    /** Offset of its first instruction in the bytecode. */
    readonly startpc: number
    /** Size of its instructions plus {@link FUNCTION_HEADER}, in bytes. */
    readonly size: number
    /** Source position and length. */
    readonly location: readonly [number, number]
}

export interface SourceInfo {
    /** Relative to the project folder, separated by `/`. */
    readonly path: string
    /** In characters. */
    readonly length: number
    readonly text: string
}

/** Bytes that every function takes in addition to its instructions. */
export const FUNCTION_HEADER = 16
