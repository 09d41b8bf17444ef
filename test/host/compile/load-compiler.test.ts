import { execFileSync } from "node:child_process"
import { readFile, rm } from "node:fs/promises"
import { createRequire } from "node:module"
import { join } from "node:path"
import { expect, test } from "vitest"
import { CompilerPool } from "../../../tools/compile/compiler-pool"
import { makeProject } from "../wiring/project"

const require = createRequire(import.meta.url)
const cli = require.resolve("@devicescript/cli/built/devicescript-cli.cjs")
const {
    withKeptNames,
}: { withKeptNames(text: string): string } = require("../../../tools/compile/load-compiler.cjs")

const PROGRAM = `import { Sum } from "./sum"
const sum = new Sum(1)
console.log(sum.plus(2), sum.plus("x".length), [1, 2].map(n => sum.plus(n)))
`
const SUM = `export class Sum {
    constructor(private readonly start: number) {}
    plus(n: number) { return this.start + n }
}
`

test("finds the function that spells out names", async () => {
    const text = await readFile(cli, "utf8")
    expect(withKeptNames(text).length).toBeGreaterThan(text.length)
})

test("writes the same program as the compiler alone", async () => {
    const project = await makeProject({
        "devsconfig.json": "{}",
        "src/main.ts": PROGRAM,
        "src/sum.ts": SUM,
    })
    const args = ["build", "src/main.ts", "--quiet", "--no-verify"]
    const built = () => readFile(join(project.root, ".devicescript/bin/bytecode.devs"), "hex")
    try {
        const env = { ...process.env, NO_UPDATE_NOTIFIER: "1" }
        execFileSync(process.execPath, [cli, ...args], { cwd: project.root, env })
        const alone = await built()
        await rm(join(project.root, ".devicescript"), { recursive: true })
        const { exitCode, output } = await new CompilerPool(cli).run(args, project.root)
        expect({ exitCode, output }).toEqual({ exitCode: 0, output: "" })
        expect(await built()).toBe(alone)
    } finally {
        await project.remove()
    }
})
