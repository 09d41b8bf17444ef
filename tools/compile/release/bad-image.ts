/** The kind of defect in an image. */
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

/** Thrown for bytecode that the runtime would reject, or that would fail when it runs. */
export class BadImageError extends Error {
    /**
     * @param offset location of the defect, in bytes from the beginning of the image
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
