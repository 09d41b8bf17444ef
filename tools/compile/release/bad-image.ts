/** What is wrong with an image, in general. */
export type Defect =
    | "header"
    | "section"
    | "function table"
    | "function size"
    | "string table"
    | "specification"
    | "opcode"
    | "end of code"
    | "jump target"
    | "stack depth"
    | "index"
    | "exception handler"

/** Bytecode that the runtime would refuse, or that would fail when it runs. */
export class BadImageError extends Error {
    /**
     * @param offset where, in bytes from the beginning of the image
     * @param detail what is wrong there
     */
    constructor(
        readonly defect: Defect,
        readonly offset: number,
        readonly detail: string,
    ) {
        super(`bad bytecode at ${offset}: ${defect}: ${detail}`)
        this.name = "BadImageError"
    }
}
