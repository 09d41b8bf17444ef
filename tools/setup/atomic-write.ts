import {
    closeSync,
    fchmodSync,
    fchownSync,
    fsyncSync,
    openSync,
    realpathSync,
    renameSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs"
import { basename, dirname, join } from "node:path"

/** The permissions of the group and of all others. */
const OTHERS = 0o077

const USUAL_CURE = "Check who owns it and its folder, and whether the disk is full."

const CURES: Readonly<Record<string, string>> = {
    ENOENT: "Its folder does not exist: create it, or name another one.",
    ENOTDIR: "The part before the last / is not a folder: name another one.",
}

/** A file cannot be written. */
export class FileWriteError extends Error {
    override readonly name = "FileWriteError"

    constructor(
        readonly file: string,
        readonly code: string,
    ) {
        super(`${file} cannot be written (${code}). ${CURES[code] ?? USUAL_CURE}`)
    }
}

/**
 * Writes a file atomically: whatever ends the program, the file is either completely old or completely new. All calls are
 * synchronous, so a signal is handled only afterwards.
 *
 * A link stays one; what it points to is replaced. The file keeps its owner, even if root writes it; a new one gets the owner of
 * its folder.
 * @param mode permissions of a new file. An existing file keeps its own, but those of others if `mode` gives them none
 * @throws FileWriteError
 */
export function writeAtomically(file: string, content: string | Uint8Array, mode = 0o644): void {
    const old = statSync(file, { throwIfNoEntry: false })
    const target = old ? realpathSync(file) : file
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.new`)
    try {
        const { uid, gid } = old ?? statSync(dirname(target))
        const handle = openSync(temporary, "w", permissions(old?.mode, mode))
        try {
            if (process.getuid?.() === 0) fchownSync(handle, uid, gid)
            // The mode of a new file leaves out what the process's umask forbids.
            if (old) fchmodSync(handle, permissions(old.mode, mode))
            writeFileSync(handle, content)
            fsyncSync(handle)
        } finally {
            closeSync(handle)
        }
        renameSync(temporary, target)
    } catch (error) {
        removeIfFile(temporary)
        throw new FileWriteError(file, (error as NodeJS.ErrnoException).code ?? "unknown")
    }
}

function permissions(old: number | undefined, mode: number): number {
    if (old === undefined) return mode
    const isPrivate = (mode & OTHERS) === 0
    return old & (isPrivate ? 0o700 : 0o777)
}

function removeIfFile(path: string): void {
    try {
        rmSync(path, { force: true })
    } catch {
        // A folder of this name is somebody else's.
    }
}
