import { cp } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { ProjectCopy } from "../start/npm-start"

const LIMIT_MS = 1_500_000

let project: ProjectCopy
beforeAll(async () => {
    project = await ProjectCopy.make()
    for (const part of ["bench", "test", "vitest.config.ts"])
        await cp(join(projectRoot, part), project.path(part), { recursive: true })
})
afterAll(() => project.remove())

/** Runs the command, and returns the numbers in a row of its first table. */
async function measured(row: string, ...args: string[]): Promise<{ output: string; numbers: number[] }> {
    const run = project.run(process.execPath, ["cli/run.mjs", "cli/coverage.ts", ...args], LIMIT_MS)
    const { code, stdout, stderr } = await run.ended
    expect(code, stdout + stderr).toBe(0)
    const [, cells = ""] = new RegExp(`^${row} +(.*)$`, "m").exec(stdout) ?? []
    return { output: stdout, numbers: cells.replaceAll("%", "").trim().split(/ +/).map(Number) }
}

test("pc shows what a test reaches, and which lines it does not", async () => {
    const { output, numbers } = await measured(
        "all",
        "pc",
        "--no-long-tests",
        "--lines",
        "test/host/clock.test.ts",
    )
    const [lines = 0, reached = 0] = numbers
    expect(reached).toBeGreaterThan(10)
    expect(reached).toBeLessThan(lines / 10)
    expect(output).toMatch(/^sim\/emoncms\/server\.ts: \d+/m)
})

test("src shows what the device tests and the program in houses reach", { timeout: LIMIT_MS }, async () => {
    const { numbers } = await measured("all", "src", "--no-host-tests")
    const [lines = 0, byTests = 0, , withHouses = 0] = numbers
    expect(byTests).toBeGreaterThan(lines / 2)
    expect(withHouses).toBeGreaterThanOrEqual(byTests)
    expect(withHouses).toBeGreaterThan(0.9 * lines)
})
