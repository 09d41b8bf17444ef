import { link, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { isSameFile } from "../../tools/same-file"

let folder: string
const at = (name: string) => join(folder, name)

beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "same-"))
    await mkdir(at("sub"))
    await writeFile(at("a"), "")
    await writeFile(at("b"), "")
    await symlink("a", at("symbolic"))
    await link(at("a"), at("hard"))
    await symlink("sub", at("folder"))
    await symlink("sub/new", at("dangling"))
    await symlink("circle", at("circle"))
})

afterAll(() => rm(folder, { recursive: true }))

test.each([
    ["a", "sub/../a"],
    ["a", "symbolic"],
    ["symbolic", "hard"],
    ["sub/new", "folder/new"],
    ["dangling", "sub/new"],
    ["nowhere/new", "nowhere/./new"],
    ["circle", "circle"],
])("%s and %s are the same file", (one, other) => {
    expect(isSameFile(at(one), at(other))).toBe(true)
    expect(isSameFile(relative(process.cwd(), at(one)), at(other))).toBe(true)
})

test.each([
    ["a", "b"],
    ["new", "sub/new"],
    ["circle", "a"],
])("%s and %s are different files", (one, other) => {
    expect(isSameFile(at(one), at(other))).toBe(false)
})
