import { existsSync, readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { REACHED_VARIABLE, ReachedFolder } from "../../sim/vm/reached-folder"
import type { DebugInfo, SourceInfo } from "../compile/debug-info"
import { projectRoot } from "../project"
import type { LineCoverage } from "./line-coverage"
import { noteProgram } from "./program-lines"
import { runVitest } from "./vitest"

/** Where tests run the real program on simulated devices. */
const FOLDERS = ["device/meter-service", "end-to-end", "spi", "store", "uplink"].map(
    name => `test/host/${name}`,
)

/**
 * Runs the host tests that run the program, the long ones too, and records what they reach.
 * @param run name of the run in the report
 * @returns whether all tests have passed
 */
export async function runHostTests(coverage: LineCoverage, run: string): Promise<boolean> {
    const folder = await mkdtemp(join(tmpdir(), "reached-"))
    try {
        const usual = await runVitest(FOLDERS, { [REACHED_VARIABLE]: folder, LONG: "0" })
        const long = await runVitest(FOLDERS, { [REACHED_VARIABLE]: folder, LONG: "1" })
        noteFolder(coverage, new ReachedFolder(folder), run)
        return usual && long
    } finally {
        await rm(folder, { recursive: true })
    }
}

/** Records what programs reached in the project's own sources. A source that a test replaced by another does not count. */
export function noteFolder(coverage: LineCoverage, folder: ReachedFolder, run: string): void {
    for (const { debugInfo, offsets } of folder.programs()) {
        const info: DebugInfo = JSON.parse(debugInfo)
        const sources = info.sources.map(source => (isOwn(source) ? source : { ...source, path: "replaced" }))
        noteProgram(coverage, { ...info, sources }, { run, offsets })
    }
}

/** Whether each line is where it is in the project; a test may have changed a word. */
function isOwn({ path, text }: SourceInfo): boolean {
    const file = join(projectRoot, path)
    return existsSync(file) && lineCount(readFileSync(file, "utf8")) === lineCount(text)
}

function lineCount(text: string): number {
    return text.split("\n").length
}
