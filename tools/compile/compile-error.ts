import type { Saving } from "./what-to-leave-out"

/** An error that the compiler reported. */
export interface Diagnostic {
    /** Path of the source file, relative to the project folder. */
    readonly file: string
    /** From 1. */
    readonly line: number
    /** From 1. */
    readonly column: number
    readonly message: string
}

/** Thrown when a program does not compile. */
export class CompileError extends Error {
    /** The errors that have a source location. */
    readonly diagnostics: readonly Diagnostic[]

    /**
     * @param entry main source file of the program
     * @param output the compiler's messages, with paths relative to the project folder
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

/** Thrown when a program compiles, but its functions need more space than the platform has. */
export class ProgramTooLargeError extends CompileError {
    /**
     * @param functions size of the program's functions, in bytes
     * @param limit maximum size in bytes, see {@link FUNCTIONS_LIMIT}
     * @param savings parts of the wiring that could be left out
     */
    constructor(
        entry: string,
        readonly functions: number,
        readonly limit: number,
        readonly savings: readonly Saving[] = [],
    ) {
        const cures = savings.map(({ what, bytes }) => `  ${what} (${bytes} bytes)\n`)
        const cure = `\nSave ${functions - limit} bytes by leaving out parts of devicescript.json:\n${cures.join("")}`
        super(
            entry,
            `its functions take ${functions} bytes; the platform has room for ${limit} plus a header, 65,536 in all` +
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
