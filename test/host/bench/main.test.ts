import { spawnSync } from "node:child_process"
import { cp, readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { join } from "node:path"
import { expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { ProjectCopy } from "../start/npm-start"

const tsx = createRequire(import.meta.url).resolve("tsx/cli")

/** Runs what `npm run bench -- ...` runs. */
function bench(...args: string[]) {
    const options = { cwd: projectRoot, encoding: "utf8" } as const
    return spawnSync(process.execPath, [tsx, join(projectRoot, "bench/main.ts"), ...args], options)
}

test("lists the benches after an unknown name, and prints no JSON", () => {
    const { status, stderr, stdout } = bench("speed", "--json")
    expect(status).toBe(1)
    expect(stderr).toMatch(/error: there is no bench "speed"; choose from size, memory, /)
    expect(stdout).toBe("")
})

test("the help lists the benches", () => {
    const { stdout } = bench("--help")
    expect(stdout).toMatch(/^ {2}size +bytecode$/m)
    expect(stdout).toMatch(/^ {2}uplink +requests to EmonCMS$/m)
})

// Compiles the program for every line driver.
test("reports the program's size as JSON, below the platform's limit", () => {
    const { status, stdout } = bench("size", "--json")
    expect(status).toBe(0)
    const figures = JSON.parse(stdout)
    const rooms: number[] = [
        ...Object.values<number>(figures.rooms),
        ...Object.values<number>(figures.libraries),
    ]
    expect(rooms.reduce((sum, bytes) => sum + bytes, 0)).toBe(figures.functions)
    expect(figures.functions).toBeLessThan(figures.limit)
    expect(figures.total).toBe(figures.functions + figures.data)
    expect(Object.keys(figures.release)).toContain("jacdac-serial")
    expect(figures.release["jacdac-serial"]).toBeLessThan(figures.debug["jacdac-serial"])
}, 600_000)

test("--write saves the figures of this bench, and keeps those of the others", async () => {
    const project = await ProjectCopy.make()
    try {
        for (const part of ["bench", "test", "docs"])
            await cp(join(projectRoot, part), project.path(part), { recursive: true })
        const saved = async () => JSON.parse(await readFile(project.path("docs/measured.json"), "utf8"))
        const before = await saved()
        const { code, stderr } = await project.run(process.execPath, [
            tsx,
            "bench/main.ts",
            "messages",
            "--write",
        ]).ended
        expect(code, stderr).toBe(0)
        expect(stderr).toContain("Saved in docs/measured.json. To update the pages, run: npm run figures")
        const { messages, ...others } = await saved()
        const { messages: earlier, ...kept } = before
        expect(others).toEqual(kept)
        expect(messages).toMatchObject({
            date: new Date().toISOString().slice(0, 10),
            program: expect.stringMatching(/^[0-9a-f]{64}$/),
        })
        expect(Object.keys(messages.figures)).toEqual(Object.keys(earlier.figures))
    } finally {
        await project.remove()
    }
})
