import { relative } from "node:path"

/** A file that an option names cannot be used. */
export class FileError extends Error {
    constructor(
        readonly option: string,
        readonly path: string,
        readonly problem: string,
        options?: ErrorOptions,
    ) {
        super(`${option} ${path}: ${problem}`, options)
        this.name = "FileError"
    }
}

/** What the operating system's codes mean here, and what helps. */
const PROBLEMS: Readonly<Record<string, string>> = {
    ENOENT: "no such file or folder; check the path",
    ENOTDIR: "what stands before the last / is no folder; check the path",
    EISDIR: "this is a folder; name a file in it",
    EACCES: "not permitted; check the rights of file and folder",
    EPERM: "not permitted; check the rights of file and folder",
    EEXIST: "something else is in its place; move it away",
    EROFS: "nothing can be written there; choose another folder",
    ENOSPC: "the disk is full",
}

/**
 * What the operating system has against a file or folder of this project, in a sentence.
 * @returns `undefined` for an error that is not about one
 */
export function fileSentence(error: unknown): string | undefined {
    const { code, path } = error as NodeJS.ErrnoException
    const problem = PROBLEMS[code ?? ""]
    return problem && path ? `${relative(process.cwd(), path) || path}: ${problem}` : undefined
}

/** Names what went wrong with the file of an option. */
export function fileError(option: string, path: string, cause: unknown): FileError {
    const { code, message } = cause as NodeJS.ErrnoException
    return new FileError(option, path, PROBLEMS[code ?? ""] ?? message, { cause })
}
