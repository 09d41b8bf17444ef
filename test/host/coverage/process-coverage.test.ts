import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, beforeAll, expect, test } from "vitest"
import { LineCoverage } from "../../../tools/coverage/line-coverage"
import { measured, noteProcesses, ownPath } from "../../../tools/coverage/process-coverage"
import { projectRoot } from "../../../tools/project"

const PATH = "tools/scenario/duration.ts"
const TEXT = readFileSync(join(projectRoot, PATH), "utf8")

let folder: string
beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "processes-"))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The project's file in a copy of the project. */
function copied(): string {
    const root = mkdtempSync(join(folder, "copy-"))
    const path = join(root, PATH)
    mkdirSync(dirname(path), { recursive: true })
    cpSync(join(projectRoot, "package.json"), join(root, "package.json"))
    cpSync(join(projectRoot, PATH), path)
    return path
}

/** The lines of {@link PATH} that a process reaches which computes with a duration. */
async function linesReached(path: string, expression: string): Promise<string[]> {
    const left = mkdtempSync(join(folder, "left-"))
    const script = `import { durationText, milliseconds } from "${pathToFileURL(path)}"; ${expression}`
    const env = measured({ ...process.env, PROCESS_COVERAGE: left })
    const args = ["--import", "tsx", "--input-type=module", "-e", script]
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: projectRoot, encoding: "utf8", env })
    expect(status, stderr).toBe(0)
    const coverage = new LineCoverage(["processes"])
    const lines = TEXT.split("\n")
    // Only lines with code are recorded; here they are those that are indented.
    for (const [i, line] of lines.entries()) if (line.startsWith("    ")) coverage.note(PATH, i + 1)
    await noteProcesses(coverage, left, "processes")
    const missed = (line: number) => coverage.files[0]!.missed.some(([a, b]) => a <= line && line <= b)
    return lines.filter((line, i) => line.startsWith("    ") && !missed(i + 1)).map(line => line.trim())
}

test.each([
    ["in the project", () => join(projectRoot, PATH)],
    ["in a copy", copied],
])("knows which lines a process has reached: %s", async (_, place) => {
    const first = await linesReached(place(), "milliseconds('90 s')")
    expect(first.filter(line => /^const|^return|^let/.test(line))).toEqual([
        "const [, count, unit] = /^(\\d+(?:\\.\\d+)?) ?([a-z]+)$/.exec(duration)!",
        "return Number(count) * UNITS[unit!]!",
    ])
    const second = await linesReached(place(), "durationText(0)")
    expect(second).toContain("if (count === 0) continue")
    expect(second).not.toContain("rest -= count * size")
})

test("knows which lines a command has reached", async () => {
    const path = "cli/scenario/options.ts"
    const left = mkdtempSync(join(folder, "left-"))
    const env = measured({ ...process.env, PROCESS_COVERAGE: left })
    const args = ["cli/run.mjs", "cli/scenario/main.ts", "--help"]
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: projectRoot, encoding: "utf8", env })
    expect(status, stderr).toBe(0)
    const coverage = new LineCoverage(["processes"])
    const lines = readFileSync(join(projectRoot, path), "utf8").split("\n")
    const reached = lines.findIndex(line => line.includes(".parse(argv)")) + 1
    const missed = lines.findIndex(line => line.includes("throw new ")) + 1
    for (const line of [reached, missed]) coverage.note(path, line)
    await noteProcesses(coverage, left, "processes")
    expect(coverage.files[0]).toMatchObject({ reached: [1], missed: [[missed, missed]] })
})

test("a copy counts only as long as its file is the same", () => {
    const path = copied()
    expect(ownPath(String(pathToFileURL(path)), TEXT)).toBe(PATH)
    expect(ownPath(String(pathToFileURL(path)), `${TEXT}// changed\n`)).toBeUndefined()
})

test("a browser's scripts are those of the page", () => {
    const text = readFileSync(join(projectRoot, "page/format.js"), "utf8")
    expect(ownPath("http://127.0.0.1:8080/format.js", text)).toBe("page/format.js")
    expect(ownPath("http://127.0.0.1:8080/other.js", text)).toBeUndefined()
})

test.each([
    "node:fs",
    "file:///project/node_modules/ws/index.js",
    "file:///project/node_modules/ws/tools/project.ts",
])("%s is not the project's", url => {
    expect(ownPath(url, undefined)).toBeUndefined()
})

test("counts what a browser has reached, and leaves out what a killed process has begun to write", async () => {
    const left = mkdtempSync(join(folder, "left-"))
    const source = readFileSync(join(projectRoot, "page/format.js"), "utf8")
    const end = source.length
    const unused = source.indexOf("export function durationText")
    const ranges = [
        { startOffset: 0, endOffset: end, count: 1 },
        { startOffset: unused, endOffset: end, count: 0 },
    ]
    const functions = [{ functionName: "", isBlockCoverage: true, ranges }]
    const result = [{ url: "http://127.0.0.1:8080/format.js", source, functions }]
    writeFileSync(join(left, "page.json"), JSON.stringify({ result }))
    writeFileSync(join(left, "killed.json"), JSON.stringify({ result }).slice(0, -10))
    const line = source.slice(0, unused).split("\n").length
    const coverage = new LineCoverage(["pages"])
    for (const at of [line - 2, line, line + 1]) coverage.note("page/format.js", at)
    await noteProcesses(coverage, left, "pages")
    expect(coverage.files[0]).toMatchObject({ reached: [1], missed: [[line, line + 1]] })
})
