import { cp, readFile, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { ProjectCopy } from "../start/npm-start"

const tsx = createRequire(import.meta.url).resolve("tsx/cli")
const PAGE = "docs/store.md"

let project: ProjectCopy
beforeAll(async () => {
    project = await ProjectCopy.make()
    for (const part of ["bench", "test", "docs", "README.md"])
        await cp(join(projectRoot, part), project.path(part), { recursive: true })
})
afterAll(() => project.remove())

function figures(...args: string[]) {
    return project.run(process.execPath, [tsx, "bench/figures.ts", ...args]).ended
}

test("--check names the page with another figure, and the command mends it", async () => {
    const text = await readFile(project.path(PAGE), "utf8")
    await writeFile(project.path(PAGE), text.replace(/(<!-- figure store\.\w+ -->)[\d.,]+/, "$10.0815"))
    const check = await figures("--check")
    expect(check).toMatchObject({
        code: 1,
        stderr: `${PAGE} does not match docs/measured.json. Run: npm run figures\n`,
    })
    expect(await figures()).toEqual({ code: 0, stdout: "", stderr: "" })
    expect(await readFile(project.path(PAGE), "utf8")).toBe(text)
})

test("refuses a figure that no bench has measured", async () => {
    const text = await readFile(project.path(PAGE), "utf8")
    await writeFile(project.path(PAGE), text.replace("figure store.", "figure store.un"))
    const { code, stderr } = await figures()
    expect(code).toBe(1)
    expect(stderr).toContain(`error: ${PAGE}: there is no store.un`)
    expect(stderr).toContain("npm run bench -- store --write")
})
