import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
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

/** Where the compiler writes its libraries. */
const LIBRARIES = "node_modules"

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
export function compileSources(entry: string, sources: Sources): Promise<CompilerOutput> {
    return compilers.use(async compiler => {
        const { folder } = compiler
        await fill(folder, sources)
        const args = ["build", entry, "--quiet", "--no-colors", "--no-verify"]
        const { exitCode, output } = await compiler.run(args)
        if (exitCode !== 0) throw new CompileError(entry, output.replaceAll(folder + sep, ""))
        const built = join(folder, ".devicescript/bin")
        return {
            bytecode: new Uint8Array(await readFile(join(built, "bytecode.devs"))),
            debugInfo: await readFile(join(built, "bytecode-dbg.json"), "utf8"),
        }
    })
}

/** Puts the sources into a folder. Only the compiler's libraries stay there from its last run. */
async function fill(folder: string, sources: Sources): Promise<void> {
    // Systems tidy up their temporary folders now and then.
    await mkdir(folder, { recursive: true })
    for (const name of await readdir(folder))
        if (name !== LIBRARIES) await rm(join(folder, name), { recursive: true })
    for (const [path, text] of sources) {
        await mkdir(dirname(join(folder, path)), { recursive: true })
        await writeFile(join(folder, path), text)
    }
}
