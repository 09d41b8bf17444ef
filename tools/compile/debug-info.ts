/** What the compiler writes to `bytecode-dbg.json`, as far as this project uses it. */
export interface DebugInfo {
    readonly functions: readonly FunctionInfo[]
    /**
     * Triples of source position, length in the source, and offset in the bytecode; positions and offsets are
     * relative to those of the triple before.
     */
    readonly srcmap: readonly number[]
    /** Source files; a source position counts characters through all of them in this order. */
    readonly sources: readonly SourceInfo[]
    /** Of the release build: functions that stand in the place of their calls. */
    readonly inlined?: readonly InlinedCode[]
}

/** Code of functions that stand in the place of their calls. */
export interface InlinedCode {
    /** Offset of its first instruction in the bytecode. */
    readonly begin: number
    /** Offset behind its last. */
    readonly end: number
    /** Source position of the function. */
    readonly head: number
    /** Source positions of those calls, innermost first. */
    readonly calls: readonly number[]
}

export interface FunctionInfo {
    readonly name: string
    /** Offset of its first instruction in the bytecode. */
    readonly startpc: number
    /** Bytes of its instructions and of its {@link FUNCTION_HEADER}. */
    readonly size: number
    /** Source position and length in the source. */
    readonly location: readonly [number, number]
}

export interface SourceInfo {
    /** Relative to the project's folder, with `/`. */
    readonly path: string
    /** Characters. */
    readonly length: number
    readonly text: string
}

/** Bytes that each function takes besides its instructions. */
export const FUNCTION_HEADER = 16
