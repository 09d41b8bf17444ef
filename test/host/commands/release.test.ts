import { spawnSync } from "node:child_process"
import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { boardIds } from "../../../tools/wiring/boards"
import { ProjectCopy } from "../start/npm-start"

const VERSION = "99.0.0"
const IGNORED = "node_modules\n.devicescript\ndist\nsrc/generated\n"
const AUTHOR = ["-c", "user.name=A. Tester", "-c", "user.email=tester@example.com"]

let project: ProjectCopy
afterEach(() => project.remove())

function git(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync("git", args, { cwd: project.root, encoding: "utf8" })
    expect(status, stderr).toBe(0)
    return stdout
}

/** A copy under version control. */
async function repository(): Promise<void> {
    const files = ["CHANGELOG.md", "package-lock.json"].map(
        async name => [name, await readFile(join(projectRoot, name), "utf8")] as const,
    )
    const texts = Object.fromEntries(await Promise.all(files))
    texts["CHANGELOG.md"] = texts["CHANGELOG.md"]!.replace(
        /## \[Unreleased\]\n/,
        "$&\n### Added\n\n- Everything.\n",
    )
    project = await ProjectCopy.make({ ...texts, ".gitignore": IGNORED })
    git("init", "--quiet")
    git("add", ".")
    git(...AUTHOR, "commit", "--quiet", "--message", "All")
    for (const [key, value] of [
        ["name", "A. Tester"],
        ["email", "tester@example.com"],
    ] as const)
        git("config", `user.${key}`, value)
}

test("sets the version, and builds an image for each board with its hash", async () => {
    await repository()
    const { code, stdout, stderr } = await project.command("cli/release.ts", VERSION, "--tag").ended
    expect([code, stderr]).toEqual([0, ""])
    const boards = boardIds(projectRoot)
    const images = boards.map(board => `emonscript-${VERSION}-${board}.devs`)
    expect((await readdir(project.path("dist"))).sort()).toEqual([...images, "SHA256SUMS"].sort())
    const check = spawnSync("sha256sum", ["--check", "SHA256SUMS"], {
        cwd: project.path("dist"),
        encoding: "utf8",
    })
    expect(check.stdout).toBe(images.map(image => `${image}: OK\n`).join(""))
    for (const image of images) expect(stdout).toContain(`dist/${image}  `)

    expect(JSON.parse(await readFile(project.path("package.json"), "utf8")).version).toBe(VERSION)
    expect(JSON.parse(await readFile(project.path("package-lock.json"), "utf8")).version).toBe(VERSION)
    expect(await readFile(project.path("CHANGELOG.md"), "utf8")).toMatch(
        /^## \[99\.0\.0\] - \d{4}-\d\d-\d\d$/m,
    )
    expect(git("status", "--porcelain")).toBe("")
    expect(git("describe")).toBe(`v${VERSION}\n`)
})

test("without --tag prints what is left to do; says in which state a refused commit leaves the folder", async () => {
    await repository()
    const left = await project.command("cli/release.ts", VERSION).ended
    expect([left.code, left.stderr]).toEqual([0, ""])
    expect(git("diff", "--name-only")).toBe("CHANGELOG.md\npackage-lock.json\npackage.json\n")
    expect(git("tag")).toBe("")
    const steps = left.stdout.match(/^ {2}git (?:commit|tag) .*$/gm)!
    await project.run("sh", ["-ec", steps.join("\n")]).ended
    // Only with an annotated tag, as git push --follow-tags needs it.
    expect(git("describe")).toBe(`v${VERSION}\n`)
    git("tag", "--delete", `v${VERSION}`)
    git("reset", "--quiet", "--hard", "HEAD~1")

    await writeFile(
        project.path(".git/hooks/pre-commit"),
        "#!/bin/sh\necho No commits today. >&2\nexit 1\n",
        {
            mode: 0o755,
        },
    )
    const { code, stderr } = await project.command("cli/release.ts", VERSION, "--tag").ended
    expect(code).toBe(1)
    expect(stderr).toContain("No commits today.")
    expect(stderr).toContain(
        "Version and changelog are changed; git status shows whether they are committed.",
    )
    expect(git("tag")).toBe("")
})

test("changes nothing while something is not committed", async () => {
    await repository()
    const before = await readFile(project.path("CHANGELOG.md"), "utf8")
    await project.run("touch", ["a-new-file"]).ended
    const { code, stderr } = await project.command("cli/release.ts", VERSION).ended
    expect([code, stderr]).toEqual([1, "There are uncommitted changes. Commit them first.\n"])
    expect(await readFile(project.path("CHANGELOG.md"), "utf8")).toBe(before)
})
