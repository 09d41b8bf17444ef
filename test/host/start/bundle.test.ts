import { mkdir, readdir, readFile, realpath, rm, symlink, utimes, writeFile } from "node:fs/promises"
import { basename, dirname, join, relative } from "node:path"
import { pathToFileURL } from "node:url"
import { afterEach, beforeEach, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { ProjectCopy } from "./npm-start"

const SOURCE = "tools/scenario/duration.ts"
const COMMAND = "cli/scenario/main.ts"

let project: ProjectCopy
let bundles: string

/** A copy of the project in which no command has been run yet. Other copies could share its bundles. */
beforeEach(async () => {
    project = await ProjectCopy.make()
    await rm(project.path(".devicescript"))
    await mkdir(project.path("shared"))
    await symlink("shared", project.path(".devicescript"))
    bundles = project.path("shared/cache/commands")
})

afterEach(() => project.remove())

/** Runs a command from its bundle, which it does not if it is measured. */
function run(command: string, ...args: string[]) {
    const node = ["-u", "NODE_V8_COVERAGE", process.execPath]
    return project.run("env", [...node, "cli/run.mjs", command, ...args]).ended
}

const help = () => run(COMMAND, "--help")

/** JavaScript without types. */
const own = import(String(pathToFileURL(join(projectRoot, "cli/bundle/bundle.mjs"))))

async function append(path: string, text: string): Promise<void> {
    await writeFile(project.path(path), `${await readFile(project.path(path), "utf8")}\n${text}\n`)
}

test("commands that start at the same time make one bundle, and the next ones use it", async () => {
    const outcomes = await Promise.all([help(), help(), help()])
    for (const { code, stdout } of outcomes) expect([code, stdout]).toEqual([0, outcomes[0]!.stdout])
    const [made, ...others] = await readdir(bundles)
    expect(others).toEqual([])
    // No other process has to translate it again.
    await writeFile(join(bundles, made!, "cli/scenario/main.js"), "console.log('from the bundle')\n")
    expect((await help()).stdout).toBe("from the bundle\n")
})

test("a source that has been changed counts at once", async () => {
    await help()
    await append(SOURCE, "console.log('changed')")
    expect((await help()).stdout).toMatch(/^changed\n/)
})

test("every source of the bundle is one whose change is noticed", async () => {
    const { bundleOfCommands, sourcesOf } = await own
    const bundle: string = await bundleOfCommands(project.root)
    const found = new Set<string>()
    for (const file of await readdir(bundle, { recursive: true })) {
        if (!file.endsWith(".map")) continue
        const path = join(await realpath(bundle), file)
        const { sources } = JSON.parse(await readFile(path, "utf8")) as { sources: string[] }
        for (const source of sources) found.add(relative(project.root, join(dirname(path), source)))
    }
    expect(found.size).toBeGreaterThan(200)
    expect(sourcesOf(project.root)).toEqual(expect.arrayContaining([...found]))
})

test("a stack trace names the sources of the project that runs", async () => {
    await append(SOURCE, "\nthrow new RangeError('on purpose')")
    const line = (await readFile(project.path(SOURCE), "utf8"))
        .split("\n")
        .indexOf("throw new RangeError('on purpose')")
    const { code, stderr } = await run(COMMAND)
    expect(stderr).toContain(`\nRangeError: on purpose\n    at ${project.path(SOURCE)}:${line + 1}:7\n`)
    expect(code).toBe(1)
})

test("a mistake in a source is named, and does not stop commands that do without this source", async () => {
    await append(COMMAND, "const x = ;")
    expect((await run(COMMAND)).stderr).toMatch(/cli\/scenario\/main\.ts:\d+:10: ERROR: Unexpected ";"/)
    const { code, stdout } = await run("cli/image.ts", "--help")
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Usage: npm run image/)])
})

test("a command runs where no bundle can be written", async () => {
    await mkdir(dirname(bundles), { recursive: true })
    await writeFile(bundles, "in the way")
    const { code, stderr, stdout } = await help()
    expect([code, stderr, stdout]).toEqual([0, "", expect.stringMatching(/^Usage: npm run scenario/)])
})

test("keeps the bundles that were used last", async () => {
    const { bundleOfCommands } = await own
    const used = basename(await bundleOfCommands(project.root))
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)
    const setAge = (name: string, hours: number) =>
        utimes(join(bundles, name), hoursAgo(hours), hoursAgo(hours))
    for (let i = 1; i <= 12; i++) {
        await mkdir(join(bundles, `older-${i}`))
        await setAge(`older-${i}`, i)
    }
    await setAge(used, 20)
    await bundleOfCommands(project.root)
    await append(SOURCE, "")
    await bundleOfCommands(project.root)
    const kept = await readdir(bundles)
    expect(kept).toHaveLength(10)
    expect(kept).toContain(used)
    expect(kept).toContain("older-8")
    expect(kept).not.toContain("older-9")
})
