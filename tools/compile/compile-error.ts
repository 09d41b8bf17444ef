import type { Saving } from "./what-to-leave-out"

/** One complaint of the compiler. */
export interface Diagnostic {
    /** Source file in the project. */
    readonly file: string
    /** From 1. */
    readonly line: number
    /** From 1. */
    readonly column: number
    readonly message: string
}

/** A program does not compile. */
export class CompileError extends Error {
    /** The complaints that belong to a place in a source file. */
    readonly diagnostics: readonly Diagnostic[]

    /**
     * @param entry main source file of the program
     * @param output what the compiler says, with paths of the project
     */
    constructor(
        readonly entry: string,
        readonly output: string,
    ) {
        super(`${entry} does not compile:\n${output.trim()}`)
        this.name = "CompileError"
        this.diagnostics = diagnosticsOf(output)
    }
}

/** A program compiles, but its functions take more room than the platform has for them. */
export class ProgramTooLargeError extends CompileError {
    /**
     * @param functions bytes that they take
     * @param limit bytes that they may take, see {@link FUNCTIONS_LIMIT}
     * @param savings what of the wiring could be left out
     */
    constructor(
        entry: string,
        readonly functions: number,
        readonly limit: number,
        readonly savings: readonly Saving[] = [],
    ) {
        const cures = savings.map(({ what, bytes }) => `  ${what} (${bytes} bytes)\n`)
        const cure = `\nLeave out ${functions - limit} bytes of what devicescript.json has:\n${cures.join("")}`
        super(
            entry,
            `its functions take ${functions} bytes; the platform has room for ${limit} beside a header, 65,536 in all` +
                (savings.length > 0 ? cure : ""),
        )
        this.name = "ProgramTooLargeError"
    }
}

function diagnosticsOf(output: string): Diagnostic[] {
    return [...output.matchAll(/^(.+?)\((\d+)(?:,(\d+))?\): (.*)$/gm)].map(
        ([, file, line, column, message]) => ({
            file: file!,
            line: Number(line),
            column: Number(column ?? 1),
            message: message!,
        }),
    )
}
