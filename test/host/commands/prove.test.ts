import { readFile, writeFile } from "node:fs/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { ProjectCopy } from "../start/npm-start"

let project: ProjectCopy
beforeAll(async () => {
    project = await ProjectCopy.make()
})
afterAll(() => project.remove())

test("compares generated programs, and says how many differ", async () => {
    const { code, stdout, stderr } = await project.command("cli/build/prove.ts", "--count", "20").ended
    expect([code, stderr]).toEqual([0, ""])
    const [, lines] = /^20 programs, (\d+) lines compared, 0 differences$/m.exec(stdout)!
    expect(Number(lines)).toBeGreaterThan(100)
})

test.each(["0", "-20", "many", "1e3"])("does not call %s programs proven", async count => {
    const { code, stdout, stderr } = await project.command("cli/build/prove.ts", "--count", count).ended
    expect([code, stdout]).toEqual([1, ""])
    expect(stderr).toContain("It must be a whole number from 1 to 1000000.")
})

test("shows what a pass with a mistake changes", async () => {
    const file = project.path("tools/compile/proof/equal-builds.ts")
    const source = await readFile(file, "utf8")
    // Two becomes three, in the instructions themselves, because jumps refer to them.
    const change = "for (const it of fn.instructions) if (it.code === 146) Object.assign(it, { code: 147 })"
    const line = "const nothing: Pass = assembly => assembly"
    expect(source).toContain(line)
    await writeFile(
        file,
        source.replace(
            line,
            `${line.slice(0, -8)}{ for (const fn of assembly.functions) ${change}; return assembly }`,
        ),
    )
    const { code, stdout } = await project.command("cli/build/prove.ts", "--count", "20").ended
    await writeFile(file, source)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^short jumps: \w+ prints\n(.*\n)+instead of\n/m)
    expect(stdout).toMatch(/^20 programs, \d+ lines compared, [1-9]\d* differences$/m)
})
