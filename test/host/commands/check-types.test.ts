import { spawnSync } from "node:child_process"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"

let folder: string

beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "types-"))
    await mkdir(join(folder, "node_modules/library"), { recursive: true })
    const options = { strict: true, noEmit: true, types: [], moduleResolution: "node10" }
    await writeFile(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions: options, files: ["own.ts"] }),
    )
    await writeFile(join(folder, "node_modules/library/index.ts"), 'export const n: number = "no number"\n')
})
afterEach(() => rm(folder, { recursive: true }))

async function check(text: string, argument = folder) {
    await writeFile(join(folder, "own.ts"), text)
    const args = [join(projectRoot, "cli/run.mjs"), "cli/check-types.ts", argument]
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: folder,
        encoding: "utf8",
    })
    return { status, stdout, stderr }
}

test("ignores mistakes in libraries", async () => {
    const text = 'import { n } from "library"\nexport const sum = n + 1\n'
    expect(await check(text)).toEqual({ status: 0, stdout: "", stderr: "" })
})

test("reports the project's own mistakes", async () => {
    const { status, stdout } = await check('import { n } from "library"\nexport const text: string = n\n')
    expect(status).toBe(1)
    expect(stdout).toMatch(
        /own\.ts\(2,14\): error TS2322: Type 'number' is not assignable to type 'string'\.\n$/,
    )
    expect(stdout.trim().split("\n")).toHaveLength(1)
})

test("names a configuration that is not there", async () => {
    await rm(join(folder, "tsconfig.json"))
    const { status, stdout } = await check("")
    expect(status).toBe(1)
    expect(stdout).toBe(`error TS5083: Cannot read file '${folder}/tsconfig.json'.\n`)
})

test("knows libraries by relative paths, too", async () => {
    const text = 'import { n } from "library"\nexport const sum = n + 1\n'
    expect(await check(text, ".")).toEqual({ status: 0, stdout: "", stderr: "" })
})
