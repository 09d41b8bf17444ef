import { readFile } from "node:fs/promises"

/** Reads a text file; `undefined` if it does not exist. */
export async function readIfThere(file: string): Promise<string | undefined> {
    return (await readBytesIfThere(file))?.toString("utf8")
}

/**
 * Reads a file; `undefined` if it does not exist.
 * @throws NodeJS.ErrnoException with the path, for a folder too
 */
export async function readBytesIfThere(file: string): Promise<Buffer | undefined> {
    try {
        return await readFile(file)
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
        // What fails while reading, as with a folder, does not know the path.
        throw Object.assign(error as NodeJS.ErrnoException, { path: file })
    }
}
