import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { CompilerPool } from "../../../tools/compile/compiler-pool"
import { isLong } from "../../long"
import { makeProject, type Project } from "../wiring/project"

/*
 * A program in several versions of each file, which differ in what the compiler works out and notes: constants that it folds,
 * types from which it takes a method, a class and its base, a cycle of imports, a global declaration, a file that comes and goes.
 */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
    "src/scale.ts": [
        "export const FACTOR = 2\n",
        "export const FACTOR = 2.5\n",
        'export const FACTOR: number = "x".length\n',
    ],
    "src/meter.ts": [
        'import { FACTOR } from "./scale"\nimport { name } from "./name"\nexport class Meter { read() { return FACTOR * 10 } label() { return name(this) } }\n',
        'import { FACTOR } from "./scale"\nimport { name } from "./name"\nexport class Meter { read = () => FACTOR + 1; label() { return name(this) + "!" } }\n',
    ],
    "src/name.ts": [
        'import type { Meter } from "./meter"\nexport function name(meter: Meter): string { return "meter " + meter.read() }\n',
        'import { Meter } from "./meter"\nexport const name = (meter: Meter) => (meter instanceof Meter ? "one" : "none")\n',
    ],
    "src/extra.ts": [
        "interface Extra { size: number }\n",
        "interface Extra { size: string }\n",
        'export {}\ndeclare module "@devicescript/core" { interface Buffer { more(): number } }\ninterface Extra { size: number }\n',
    ],
    "src/main.ts": [
        'import { Meter } from "./meter"\nconst meter = new Meter()\nconsole.log(meter.read(), meter.label())\n',
        'import "./extra"\nimport { Meter } from "./meter"\nclass Double extends Meter { twice() { return this.label() + this.label() } }\nconst extra: Extra = { size: 1 }\nconsole.log(new Double().twice(), [1, 2].map(n => n * extra.size))\n',
        'import { FACTOR } from "./scale"\nconsole.log(FACTOR, ("" + FACTOR).length)\n',
    ],
}
const PATHS = Object.keys(VERSIONS)

const cli = createRequire(import.meta.url).resolve("@devicescript/cli/built/devicescript-cli.cjs")
const BUILT = ".devicescript/bin/bytecode"

let project: Project
let folder: string
let compilers: CompilerPool

beforeAll(async () => {
    project = await makeProject({ "devsconfig.json": "{}" })
    folder = await mkdtemp(join(tmpdir(), "kept-files-"))
    compilers = new CompilerPool(cli, "1", join(folder, "checked"))
})

afterAll(async () => {
    await project.remove()
    await rm(folder, { recursive: true })
})

/** @returns the program with all that is known about it, or the compiler's messages */
async function compile(): Promise<string> {
    await rm(join(project.root, ".devicescript"), { recursive: true, force: true })
    const args = ["build", "src/main.ts", "--quiet", "--no-colors", "--no-verify"]
    const { exitCode, output } = await compilers.use(compiler => compiler.run(args, project.root))
    if (exitCode !== 0) return output
    const built = join(project.root, BUILT)
    return (await readFile(`${built}.devs`, "hex")) + (await readFile(`${built}-dbg.json`, "utf8"))
}

/** Writes a version of each file, given by its index. */
async function write(versions: readonly number[]): Promise<void> {
    for (const [i, path] of PATHS.entries()) await project.write(path, VERSIONS[path]![versions[i]!]!)
}

/** After a program with mistakes, the compiler begins with nothing. */
async function forget(): Promise<void> {
    await project.write("src/main.ts", "nothing.there()\n")
    expect(await compile()).toContain("Cannot find name 'nothing'")
}

const somewhere = fc
    .tuple(...PATHS.map(path => fc.nat(VERSIONS[path]!.length - 1)))
    .map(versions => [...versions])
const somePrograms = fc.array(somewhere, { minLength: 2, maxLength: 5 })

/** A program with more files than the one before, and other global declarations. */
const examples: [number[][]][] = [
    [
        [
            [0, 0, 0, 0, 2],
            [0, 0, 0, 0, 0],
        ],
    ],
    [
        [
            [0, 0, 0, 0, 1],
            [0, 0, 0, 2, 1],
            [0, 0, 0, 1, 1],
        ],
    ],
]

test("what is kept from other programs changes nothing, whatever those were", {
    timeout: 1_800_000,
}, async () => {
    const alone = new Map<string, string>()
    await fc.assert(
        fc.asyncProperty(somePrograms, async programs => {
            const others: string[] = []
            for (const versions of programs) {
                await write(versions)
                others.push(await compile())
            }
            const last = programs.at(-1)!
            if (!alone.has(`${last}`)) {
                await forget()
                await write(last)
                alone.set(`${last}`, await compile())
            }
            expect(others.at(-1)).toBe(alone.get(`${last}`))
        }),
        { numRuns: isLong ? 60 : 4, examples },
    )
})
