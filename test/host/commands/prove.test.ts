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
