import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { CompilerLostError, CompilerPool } from "../../../tools/compile/compiler-pool"

/** A stand-in for DeviceScript's command line tool, which ends as its first argument says. */
const CLI = `
const buildOnce = async () => {}
let runs = 0
let file, options
exports.mainCli = async () => {
    const [, , what, text] = process.argv
    runs++
    await new Promise(resolve => setTimeout(resolve, 1))
    if (what === "die") process.reallyExit(9)
    console.log(text, runs, process.cwd())
    if (what === "throw") throw new Error("inside")
    if (what === "exit") process.exit(3)
    await buildOnce(file, options);
    if (what === "die later") process.reallyExit(9)
}
`

let folder: string
let pool: CompilerPool
let folders = 0

beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "compiler-pool-"))
    await writeFile(join(folder, "cli.cjs"), CLI)
    pool = new CompilerPool(join(folder, "cli.cjs"), "1", join(folder, "checked"))
})

afterAll(() => rm(folder, { recursive: true }))

async function run(...args: string[]) {
    const cwd = await mkdtemp(join(folder, `job-${folders++}-`))
    return pool.use(compiler => compiler.run(args, cwd))
}

test("each run has its own output and exit code, even after a failed run", async () => {
    for (const [what, exitCode] of [
        ["exit", 3],
        ["throw", 1],
        ["work", 0],
        ["exit", 3],
    ] as const) {
        const { exitCode: came, output } = await run(what, `text of ${what}`)
        expect(came).toBe(exitCode)
        expect(output).toContain(`text of ${what}`)
        expect(output.match(/text of/g)).toHaveLength(1)
    }
})

test("200 parallel runs share processes, none of which does more than 80", async () => {
    const runs = await Promise.all(Array.from({ length: 200 }, (_, i) => run("work", `job ${i}:`)))
    runs.forEach(({ exitCode, output }, i) => {
        expect(exitCode).toBe(0)
        expect(output).toContain(`job ${i}: `)
    })
    const counts = runs.map(({ output }) => Number(/: (\d+)/.exec(output)![1]))
    expect(Math.max(...counts)).toBeGreaterThan(40)
    expect(Math.max(...counts)).toBeLessThanOrEqual(80)
})

test("reports a dead process and uses another one for the next run", async () => {
    await expect(run("die", "")).rejects.toThrow(CompilerLostError)
    expect((await run("work", "alive")).exitCode).toBe(0)
})

test("does not use a process that has died between two runs", async () => {
    expect((await run("die later", "")).exitCode).toBe(0)
    await sleep(500)
    expect((await run("work", "alive")).exitCode).toBe(0)
})
