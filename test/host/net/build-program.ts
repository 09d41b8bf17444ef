import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { promisify } from "node:util"

const ROOT = resolve(import.meta.dirname, "../../..")
const COMPILER = join(ROOT, "node_modules/@devicescript/cli/built/devicescript-cli.cjs")

/**
 * Compiles a device program to bytecode. The compiler always writes to `.devicescript` below the folder it runs in, so
 * each build gets a folder of its own that shows the project.
 *
 * @param main text of the main file, which sees the project's folders beside itself
 */
export async function buildProgram(main: string): Promise<Uint8Array> {
    const folder = await mkdtemp(join(tmpdir(), "emonscript-"))
    try {
        for (const name of ["devsconfig.json", "node_modules", "src", "test"])
            await symlink(join(ROOT, name), join(folder, name))
        await writeFile(join(folder, "main.ts"), main)
        await promisify(execFile)(process.execPath, [COMPILER, "build", "main.ts"], { cwd: folder })
        return await readFile(join(folder, ".devicescript/bin/bytecode.devs"))
    } finally {
        await rm(folder, { recursive: true })
    }
}
