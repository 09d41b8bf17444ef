import { mkdir, readFile, writeFile } from "node:fs/promises"
import { afterEach, expect, test } from "vitest"
import { ProjectCopy } from "../start/npm-start"

let project: ProjectCopy
afterEach(() => project.remove())

/** What dependency-cruiser prints about a project with one import between rooms. */
const IMPORTS = {
    modules: [
        { source: "cli/start/main.ts", dependencies: [{ resolved: "sim/clock.ts" }] },
        { source: "sim/clock.ts", dependencies: [] },
    ],
}
const STALE = "docs/rooms.svg does not match the imports. Run: npm run rooms\n"

test("draws the rooms from the imports; --check refuses a picture that is out of date, and changes nothing", async () => {
    project = await ProjectCopy.make({ "imports.json": JSON.stringify(IMPORTS) })
    await mkdir(project.path("docs"))
    await writeFile(project.path("docs/rooms.svg"), "<svg/>")
    const rooms = async (...args: string[]) => {
        const { code, stderr } = await project.command("cli/rooms.ts", "imports.json", ...args).ended
        return [code, stderr]
    }
    const picture = () => readFile(project.path("docs/rooms.svg"), "utf8")

    expect(await rooms("--check")).toEqual([1, STALE])
    expect(await picture()).toBe("<svg/>")
    expect(await rooms()).toEqual([0, ""])
    expect(await picture()).toContain(">sim<")
    expect(await rooms("--check")).toEqual([0, ""])
})
