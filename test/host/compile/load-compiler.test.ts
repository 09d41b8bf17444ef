import { execFileSync } from "node:child_process"
import { readFile, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { CompilerPool } from "../../../tools/compile/compiler-pool"
import { makeProject, type Project } from "../wiring/project"

const require = createRequire(import.meta.url)
const cli = require.resolve("@devicescript/cli/built/devicescript-cli.cjs")
const {
    withMemory,
}: { withMemory(text: string): string } = require("../../../tools/compile/load-compiler.cjs")

const PROGRAM = `import { Sum } from "./sum"
const sum = new Sum(1)
console.log(sum.plus(2), sum.plus("x".length), [1, 2].map(n => sum.plus(n)))
`
const SUM = `import { start } from "./start"
export class Sum {
    constructor(private readonly first: number) {}
    plus(n: number) { return this.first + n + start }
}
`
const START = "export const start = 5\n"

const BUILT = ".devicescript/bin/bytecode.devs"
const ARGS = ["build", "src/main.ts", "--quiet", "--no-verify"]

const memory = join(tmpdir(), `checked-files-${process.pid}`)
const compilers = new CompilerPool(cli, "1", memory)
let project: Project

beforeEach(async () => {
    project = await makeProject({
        "devsconfig.json": "{}",
        "src/main.ts": PROGRAM,
        "src/sum.ts": SUM,
        "src/start.ts": START,
    })
})

afterEach(async () => {
    await project.remove()
    await rm(memory, { force: true })
})

/** Compiles the program as it is now. @returns its bytes, or the compiler's messages */
async function compile(): Promise<string> {
    await rm(join(project.root, ".devicescript"), { recursive: true, force: true })
    const { exitCode, output } = await compilers.use(compiler => compiler.run(ARGS, project.root))
    return exitCode === 0 ? await readFile(join(project.root, BUILT), "hex") : output
}

const write = (path: string, text: string) => writeFile(join(project.root, path), text)

/** How many files have passed the type check. */
async function checked(): Promise<number> {
    return (await readFile(memory, "utf8")).split("\n").length - 1
}

test("finds all places in the compiler that it changes", async () => {
    const text = withMemory(await readFile(cli, "utf8"))
    for (const place of [
        "function spellFullName(",
        "globalThis.checkedFiles.has(",
        "globalThis.keptFiles.sourceFile(this, fileName, () => ts.createSourceFile(",
        "globalThis.keptFiles.checkerOf(ts6, program2)",
        "globalThis.programBuilt()",
    ])
        expect(text).toContain(place)
    const notes = [...text.matchAll(/keptFiles\.noted\(\w+, "(\w+)"\)/g)].map(([, name]) => name)
    const names = ["__ds_cell", "__ds_const_val", "__ds_folded", "__ds_srcidx", "__ds_srcoffset"]
    expect([...new Set(notes)].sort()).toEqual(names)
    expect(text.match(/(?<!\$)\.__ds_\w+ = /g)!.length).toBe(notes.length)
})

test("writes the same program as the compiler alone, whether files are known or not", async () => {
    const env = { ...process.env, NO_UPDATE_NOTIFIER: "1" }
    execFileSync(process.execPath, [cli, ...ARGS], { cwd: project.root, env })
    const alone = await readFile(join(project.root, BUILT), "hex")
    expect(await compile()).toBe(alone)
    expect(await compile()).toBe(alone)
})

describe("after a program without mistakes", () => {
    test("only a changed file, and those that import it, are checked again", async () => {
        await compile()
        const before = await checked()
        expect(before).toBeGreaterThan(3)
        await compile()
        expect(await checked()).toBe(before)
        await write("src/main.ts", `${PROGRAM}console.log("more")\n`)
        await compile()
        expect(await checked()).toBe(before + 1)
        await write("src/start.ts", `${START}export const end = 6\n`)
        await compile()
        expect(await checked()).toBe(before + 4)
    })

    test("a mistake is found in a changed file", async () => {
        await compile()
        await write("src/sum.ts", SUM.replace("+ start", "+ stop"))
        expect(await compile()).toContain("src/sum.ts")
    })

    test("a mistake is found in an unchanged file that imports a changed one through another", async () => {
        await compile()
        await write("src/start.ts", 'export const start = "5"\n')
        await write("src/main.ts", `${PROGRAM}const n: number = sum.plus(1)\nconsole.log(n)\n`)
        expect(await compile()).toMatch(/src\/main\.ts.*'string' is not assignable to type 'number'/)
        await write("src/start.ts", START)
        expect(await compile()).toMatch(/^[0-9a-f]+$/)
        await write("src/start.ts", 'export const start = "5"\n')
        expect(await compile()).toMatch(/src\/main\.ts.*'string' is not assignable to type 'number'/)
    })

    test("a mistake is found in an unchanged file that uses a changed global declaration", async () => {
        await write("src/global.ts", "interface Extra { size: number }\n")
        await write("src/start.ts", `import "./global"\n${START}export const extra: Extra = { size: 1 }\n`)
        expect(await compile()).toMatch(/^[0-9a-f]+$/)
        await write("src/global.ts", "interface Extra { size: string }\n")
        expect(await compile()).toContain("src/start.ts")
    })
})
