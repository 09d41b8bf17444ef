import { readdir, readFile, rm, writeFile } from "node:fs/promises"
import { afterEach, expect, test } from "vitest"
import { ProjectCopy } from "../start/npm-start"

let project: ProjectCopy
afterEach(() => project.remove())

const SHORT = { description: "A minute without WiFi.", duration: "5 min" }
const timeline = [{ at: "2 min", for: "1 min", fault: "wifi-gone" }]

test("runs the named scenarios, draws each, and fails if one is not as expected", async () => {
    project = await ProjectCopy.make({
        "scenarios/calm.json": JSON.stringify({ ...SHORT, timeline }),
        "scenarios/strict.json": JSON.stringify({ ...SHORT, timeline, expect: { requests: 1 } }),
    })
    const { code, stdout, stderr } = await project.command("cli/scenario/soak.ts", "calm", "strict").ended
    expect([code, stderr]).toEqual([1, ""])
    expect(stdout).toMatch(/^calm: A minute without WiFi\.$/m)
    expect(stdout.match(/Not as expected: .*/g)).toEqual([expect.stringContaining("requests")])
    for (const name of ["calm", "strict"]) {
        expect(await readFile(project.path(`soak/${name}.svg`), "utf8")).toMatch(/^<svg /)
        expect(JSON.parse(await readFile(project.path(`soak/${name}.json`), "utf8"))).toMatchObject({
            lost: 0,
        })
    }
})

test("without names runs the long ones", async () => {
    project = await ProjectCopy.make()
    for (const name of await readdir(project.path("scenarios")))
        if (!name.endsWith(".schema.json")) await rm(project.path(`scenarios/${name}`))
    for (const [name, duration] of [
        ["short", "5 min"],
        ["long", "1 d"],
    ] as const)
        await writeFile(project.path(`scenarios/${name}.json`), JSON.stringify({ ...SHORT, duration }))
    const { code, stderr } = await project.command("cli/scenario/soak.ts").ended
    expect([code, stderr]).toEqual([0, ""])
    expect((await readdir(project.path("soak"))).sort()).toEqual(["long.json", "long.svg"])
})
