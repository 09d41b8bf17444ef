import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"

/** A file that cannot be written. */
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
 * Writes a file so that at each moment it is the old one or the new one as a whole, whatever ends the program in between.
 * All in one go: a signal is heard only afterwards.
 *
 * @param mode permissions of a new file; one that exists keeps its own
 * @throws FileWriteError
 */
export function writeAtomically(file: string, text: string, mode = 0o644): void {
    const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.new`)
    try {
        const kept = statSync(file, { throwIfNoEntry: false })?.mode ?? mode
        const handle = openSync(temporary, "w", kept & 0o777)
        try {
            writeFileSync(handle, text)
            fsyncSync(handle)
        } finally {
            closeSync(handle)
        }
        renameSync(temporary, file)
    } catch (error) {
        rmSync(temporary, { force: true })
        throw new FileWriteError(file, (error as NodeJS.ErrnoException).code ?? "unknown")
    }
}
