import { execFile } from "node:child_process"
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"

const root = join(import.meta.dirname, "../..")

/**
 * Compiles a DeviceScript program. The compiler leaves its output in the current directory, so each compilation has
 * its own: several may run at once.
 *
 * @param entry path from the project's root
 */
export async function compile(entry: string): Promise<Uint8Array> {
    const directory = mkdtempSync(join(tmpdir(), "emonscript-"))
    try {
        for (const file of ["devsconfig.json", "package.json"]) {
            copyFileSync(join(root, file), join(directory, file))
        }
        for (const folder of ["node_modules", "src", "test"]) {
            symlinkSync(join(root, folder), join(directory, folder))
        }
        const cli = join(root, "node_modules/@devicescript/cli/built/devicescript-cli.cjs")
        await promisify(execFile)(process.execPath, [cli, "build", entry], { cwd: directory })
        return readFileSync(join(directory, ".devicescript/bin/bytecode.devs"))
    } finally {
        rmSync(directory, { recursive: true, force: true })
    }
}
