import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { ProjectCopy } from "../start/npm-start"

let project: ProjectCopy
afterEach(() => project.remove())

test("writes the program whose hash and size it prints", async () => {
    project = await ProjectCopy.make()
    const { code, stdout, stderr } = await project.command("cli/build/main.ts").ended
    expect([code, stderr]).toEqual([0, ""])
    const [, hash, size] = /^release build ([0-9a-f]{12}), ([\d,]+) bytes$/m.exec(stdout)!
    const bytecode = await readFile(project.path(".devicescript/bin/bytecode.devs"))
    expect(createHash("sha256").update(bytecode).digest("hex").slice(0, 12)).toBe(hash)
    expect(bytecode.length.toLocaleString("en")).toBe(size)
    const { sources } = JSON.parse(
        await readFile(project.path(".devicescript/bin/bytecode-dbg.json"), "utf8"),
    )
    expect(sources.map(({ path }: { path: string }) => path)).toContain("src/main.ts")
})

test("names the file and the line of a mistake", async () => {
    const file = "src/boot.ts"
    const text = await readFile(join(projectRoot, file), "utf8")
    project = await ProjectCopy.make({ [file]: `${text}export const wrong: number = "text"\n` })
    const { code, stderr } = await project.command("cli/build/main.ts").ended
    expect(code).toBe(1)
    const line = text.split("\n").length
    expect(stderr).toContain(
        `${file}(${line},14): error TS2322: Type 'string' is not assignable to type 'number'.`,
    )
})
