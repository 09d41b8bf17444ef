import { execFile } from "node:child_process"
import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterEach, beforeEach, expect, test } from "vitest"
import { REACHED_VARIABLE, ReachedFolder } from "../../../sim/vm/reached-folder"
import { noteFolder } from "../../../tools/coverage/host-tests"
import { LineCoverage } from "../../../tools/coverage/line-coverage"
import { projectRoot } from "../../../tools/project"

const SCRIPT = "test/host/coverage/run-programs.ts"
/** Lines of `src/kernel/table.ts` behind the return in the loop of `firstFound`. */
const MISSED = [15, 17]

let folder: string

beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "reached-"))
})

afterEach(() => rm(folder, { recursive: true }))

async function run(env: NodeJS.ProcessEnv): Promise<void> {
    const args = ["--import", "tsx", SCRIPT]
    await promisify(execFile)(process.execPath, args, { cwd: projectRoot, env: { ...process.env, ...env } })
}

test("a process leaves what each of its programs has reached, and lines of replaced sources do not count", async () => {
    await run({ [REACHED_VARIABLE]: folder })
    const coverage = new LineCoverage(["host tests"])
    noteFolder(coverage, new ReachedFolder(folder), "host tests")
    expect(coverage.files.map(({ path }) => path)).toEqual(["src/kernel/table.ts"])
    expect(coverage.files[0]!.missed).toEqual([MISSED])
})

test("a process that was not asked leaves nothing", async () => {
    await run({ [REACHED_VARIABLE]: "" })
    expect(await readdir(folder)).toEqual([])
})

test("what several processes have reached adds up", () => {
    const one = new ReachedFolder(folder)
    one.keepDebugInfo("a", "{}")
    one.keepDebugInfo("never run", "{}")
    one.note("a", [1, 2])
    one.note("a", [2, 9])
    one.note("without debug information", [1])
    expect([...one.programs()]).toEqual([{ debugInfo: "{}", offsets: new Set([1, 2, 9]) }])
})
