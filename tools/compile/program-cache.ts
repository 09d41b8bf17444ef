import { randomUUID } from "node:crypto"
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { CompilerOutput } from "./compiler"

/**
 * Compiled programs on disk, one folder per program. The folder's name is the hash of everything the program was made from.
 *
 * Several processes can share a cache, because programs are added atomically.
 */
export class ProgramCache {
    /**
     * @param folder created when the first program is stored
     * @param capacity maximum number of programs; each takes some 100 KB
     */
    constructor(
        private readonly folder: string,
        private readonly capacity = 200,
    ) {}

    async load(hash: string): Promise<CompilerOutput | undefined> {
        const entry = join(this.folder, hash)
        try {
            const bytecode = new Uint8Array(await readFile(join(entry, "bytecode.devs")))
            const debugInfo = await readFile(join(entry, "bytecode-dbg.json"), "utf8")
            await utimes(entry, new Date(), new Date()).catch(refusal)
            return { bytecode, debugInfo }
        } catch (error) {
            if (isMissing(error)) return undefined
            throw error
        }
    }

    /** Stores nothing if the folder cannot be written; the program is then compiled again next time. */
    async store(hash: string, program: CompilerOutput): Promise<void> {
        await this.write(hash, program).catch(refusal)
    }

    private async write(hash: string, program: CompilerOutput): Promise<void> {
        const temporary = join(this.folder, `${randomUUID()}.tmp`)
        await mkdir(temporary, { recursive: true })
        await writeFile(join(temporary, "bytecode.devs"), program.bytecode)
        await writeFile(join(temporary, "bytecode-dbg.json"), program.debugInfo)
        await rename(temporary, join(this.folder, hash)).catch(async error => {
            await rm(temporary, { recursive: true })
            if (!isThere(error)) throw error
        })
        await this.prune()
    }

    /** Removes the least recently used programs. */
    private async prune(): Promise<void> {
        const names = await readdir(this.folder)
        if (names.length <= this.capacity) return
        const ages = await Promise.all(
            names.map(async name => ({ name, used: await lastUse(join(this.folder, name)) })),
        )
        ages.sort((a, b) => b.used - a.used)
        for (const { name } of ages.slice(this.capacity)) {
            await rm(join(this.folder, name), { recursive: true, force: true })
        }
    }
}

/** Time of last use in ms; 0 if another process has just removed the program. */
async function lastUse(file: string): Promise<number> {
    try {
        return (await stat(file)).mtimeMs
    } catch (error) {
        if (isMissing(error)) return 0
        throw error
    }
}

function isMissing(error: unknown): boolean {
    return (error as NodeJS.ErrnoException).code === "ENOENT"
}

/** Ignores errors that mean that the folder cannot be written: a missing cache is no reason to fail. */
function refusal(error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code ?? ""
    if (!["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT"].includes(code)) throw error
}

function isThere(error: unknown): boolean {
    return ["ENOTEMPTY", "EEXIST", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")
}
