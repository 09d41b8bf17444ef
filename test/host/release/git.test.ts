import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { checkTag, GitFailed, git } from "../../../tools/release/git"
import { ReleaseError } from "../../../tools/release/release"

let folder: string

beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "release-"))
    git(folder, "init", "--quiet")
    git(folder, "config", "user.name", "owner")
    git(folder, "config", "user.email", "owner@home.example")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "first")
    git(folder, "tag", "v0.2.0")
})

afterAll(() => rm(folder, { recursive: true }))

test("a version with a tag cannot be released again", () => {
    checkTag(folder, "0.2.1")
    expect(() => checkTag(folder, "0.2.0")).toThrow(ReleaseError)
    expect(() => checkTag(folder, "0.2.0")).toThrow(/^The tag v0\.2\.0 exists already\. Choose a later/)
})

test("what Git refuses is said in a sentence", () => {
    expect(() => git(folder, "tag", "v0.2.0")).toThrow(GitFailed)
    expect(() => git(folder, "tag", "v0.2.0")).toThrow(/^git tag has failed: .*v0\.2\.0/)
    expect(() => git(folder, "commit", "-am", "empty")).toThrow(/^git commit has failed: .*\n.*nothing to/)
    expect(() => checkTag(tmpdir(), "0.2.0")).toThrow(/^git tag has failed: .*not a git repository/)
    expect(() => git(join(folder, "none"), "status")).toThrow(/^git status has failed: .*ENOENT/)
})
