import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join, sep } from "node:path"
import { projectRoot } from "../project"
import { CompileError } from "./compile-error"
import { CompilerPool } from "./compiler-pool"
import type { Sources } from "./sources"

/** The two files that the DeviceScript compiler writes for a program. */
export interface CompilerOutput {
    readonly bytecode: Uint8Array
    /** JSON, see `DebugInfo`. */
    readonly debugInfo: string
}

const require = createRequire(import.meta.url)
const cliPackage = require.resolve("@devicescript/cli/package.json")

export const compilerVersion: string = require(cliPackage).version

const compilers = new CompilerPool(
    join(dirname(cliPackage), "built/devicescript-cli.cjs"),
    compilerVersion,
    join(projectRoot, ".devicescript/cache/checked-files"),
)

/**
 * Compiles a program in a temporary folder, because the compiler writes to fixed paths: its libraries to
 * `node_modules/@devicescript`, the program to `.devicescript/bin`.
 *
 * The folder is outside the project and has no Git history. From a Git history the compiler would derive a version that
 * contains the time; without one, the same sources always give the same bytecode.
 *
 * Skips the compiler's last step, in which the runtime verifies the bytecode: it reports only a number, and would reject
 * programs that the release build can still make small enough.
 * @param entry the main source file, one of `sources`
 * @throws CompileError with the compiler's messages
 */
export async function compileSources(entry: string, sources: Sources): Promise<CompilerOutput> {
    const stage = await realpath(await mkdtemp(join(tmpdir(), "emonscript-")))
    try {
        for (const [path, text] of sources) {
            await mkdir(dirname(join(stage, path)), { recursive: true })
            await writeFile(join(stage, path), text)
        }
        const args = ["build", entry, "--quiet", "--no-colors", "--no-verify"]
        const { exitCode, output } = await compilers.run(args, stage)
        if (exitCode !== 0) throw new CompileError(entry, output.replaceAll(stage + sep, ""))
        const built = join(stage, ".devicescript/bin")
        return {
            bytecode: new Uint8Array(await readFile(join(built, "bytecode.devs"))),
            debugInfo: await readFile(join(built, "bytecode-dbg.json"), "utf8"),
        }
    } finally {
        await rm(stage, { recursive: true, force: true })
    }
}
