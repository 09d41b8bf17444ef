import { afterEach, expect, test } from "vitest"
import { ProjectCopy } from "../start/npm-start"

let project: ProjectCopy
afterEach(() => project.remove())

test("compares generated programs, and says how many differ", async () => {
    project = await ProjectCopy.make()
    const { code, stdout, stderr } = await project.command("cli/build/prove.ts", "--count", "20").ended
    expect([code, stderr]).toEqual([0, ""])
    const [, lines] = /^20 programs, (\d+) lines compared, 0 differences$/m.exec(stdout)!
    expect(Number(lines)).toBeGreaterThan(100)
})
