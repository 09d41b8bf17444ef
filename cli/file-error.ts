import { relative } from "node:path"

/** The file named by an option cannot be used. */
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

/** What the operating system's error codes mean here, and what helps. */
const PROBLEMS: Readonly<Record<string, string>> = {
    ENOENT: "no such file or folder; check the path",
    ENOTDIR: "the part before the last / is not a folder; check the path",
    EISDIR: "this is a folder; name a file in it",
    EACCES: "permission denied; check the permissions of file and folder",
    EPERM: "permission denied; check the permissions of file and folder",
    EEXIST: "something else has this name; move it away",
    EROFS: "this folder is read-only; choose another one",
    ENOSPC: "the disk is full",
}

/**
 * Explains in a sentence why the operating system refuses a file or folder of this project.
 * @returns `undefined` if the error is not about a file or folder
 */
export function fileSentence(error: unknown): string | undefined {
    const { code, path } = error as NodeJS.ErrnoException
    const problem = PROBLEMS[code ?? ""]
    return problem && path ? `${relative(process.cwd(), path) || path}: ${problem}` : undefined
}

/** Turns an error about an option's file into a {@link FileError}. */
export function fileError(option: string, path: string, cause: unknown): FileError {
    const { code, message } = cause as NodeJS.ErrnoException
    return new FileError(option, path, PROBLEMS[code ?? ""] ?? message, { cause })
}
