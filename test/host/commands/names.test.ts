import { readFile } from "node:fs/promises"
import { afterEach, expect, test } from "vitest"
import { FUNCTIONS_LIMIT } from "../../../tools/compile/release/check"
import { ProjectCopy } from "../start/npm-start"

let project: ProjectCopy
afterEach(() => project.remove())

test("finds the names that the program uses most", async () => {
    project = await ProjectCopy.make({ "src/names.ts": '"heatpump"\n' })
    const { code, stdout, stderr } = await project.command("tools/names/main.ts").ended
    expect([code, stderr]).toEqual([0, ""])
    const [, count, bytes] =
        /^src\/names\.ts holds (\d+) names; the program had (\d+) bytes of functions\.$/m.exec(stdout)!
    const names = (await readFile(project.path("src/names.ts"), "utf8")).match(/^".*"$/gm)!
    expect(names).toHaveLength(Number(count))
    expect(names).toHaveLength(248)
    expect(names).toContain('"meter"')
    expect(names).not.toContain('"heatpump"')

    const again = await project.command("tools/names/main.ts").ended
    const [, fewer] = /had (\d+) bytes/.exec(again.stdout)!
    expect(Number(bytes) - Number(fewer)).toBeGreaterThan(1500)
    expect(Number(fewer)).toBeLessThan(FUNCTIONS_LIMIT)
})
