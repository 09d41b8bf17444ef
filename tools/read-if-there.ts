import { readFile } from "node:fs/promises"

/** Text of a file, or `undefined` where there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
    return (await readBytesIfThere(file))?.toString("utf8")
}

/** Bytes of a file, or `undefined` where there is none. */
export async function readBytesIfThere(file: string): Promise<Buffer | undefined> {
    try {
        return await readFile(file)
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
        throw error
    }
}
