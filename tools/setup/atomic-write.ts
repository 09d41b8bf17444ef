import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"

/** A file cannot be written. */
export class FileWriteError extends Error {
    override readonly name = "FileWriteError"

    constructor(
        readonly file: string,
        readonly code: string,
    ) {
        super(
            `${file} cannot be written (${code}). Check who owns it and its folder, and whether the disk is full.`,
        )
    }
}

/**
 * Writes a file atomically: whatever ends the program, the file is either completely old or completely new. All calls are
 * synchronous, so a signal is handled only afterwards.
 *
 * @param mode permissions of a new file; an existing file keeps its own
 * @throws FileWriteError
 */
export function writeAtomically(file: string, content: string | Uint8Array, mode = 0o644): void {
    const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.new`)
    try {
        const kept = statSync(file, { throwIfNoEntry: false })?.mode ?? mode
        const handle = openSync(temporary, "w", kept & 0o777)
        try {
            writeFileSync(handle, content)
            fsyncSync(handle)
        } finally {
            closeSync(handle)
        }
        renameSync(temporary, file)
    } catch (error) {
        removeIfFile(temporary)
        throw new FileWriteError(file, (error as NodeJS.ErrnoException).code ?? "unknown")
    }
}

function removeIfFile(path: string): void {
    try {
        rmSync(path, { force: true })
    } catch {
        // A folder of this name is somebody else's.
    }
}
