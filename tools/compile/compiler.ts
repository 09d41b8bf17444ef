import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join, sep } from "node:path"
import { CompileError } from "./compile-error"
import { CompilerPool } from "./compiler-pool"
import type { Sources } from "./sources"

/** The two files of a compiled program as the DeviceScript compiler leaves them. */
export interface CompilerOutput {
    readonly bytecode: Uint8Array
    /** JSON, see `DebugInfo`. */
    readonly debugInfo: string
}

const require = createRequire(import.meta.url)
const cliPackage = require.resolve("@devicescript/cli/package.json")
const compilers = new CompilerPool(join(dirname(cliPackage), "built/devicescript-cli.cjs"))

/** Version of the compiler. */
export const compilerVersion: string = require(cliPackage).version

/**
 * Compiles a program in a folder of its own, because the compiler writes to fixed places: its libraries to
 * `node_modules/@devicescript`, the program to `.devicescript/bin`.
 *
 * The folder is outside the project and has no git history, from which the compiler would otherwise make up a
 * version with the time in it; so the same sources always give the same bytecode.
 *
 * The compiler's last step, the runtime's own check of the bytecode, is left out: it says a number, and would refuse what
 * the release build can still make small enough.
 * @param entry the main source file, one of `sources`
 * @throws CompileError with what the compiler says
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
