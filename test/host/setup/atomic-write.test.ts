import { spawnSync } from "node:child_process"
import {
    chmod,
    chown,
    lstat,
    mkdir,
    mkdtemp,
    readdir,
    readFile,
    rm,
    stat,
    symlink,
    writeFile,
} from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { FileWriteError, writeAtomically } from "../../../tools/setup/atomic-write"

let folder: string

beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "setup-"))
})

afterEach(() => rm(folder, { recursive: true }))

test("creates a file with the given permissions, and leaves nothing else behind", async () => {
    const file = join(folder, ".env.local")
    writeAtomically(file, "A=1\n", 0o600)
    expect(await readFile(file, "utf8")).toBe("A=1\n")
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual([".env.local"])
})

test.each([
    [0o664, 0o644, 0o664],
    [0o600, 0o644, 0o600],
    [0o644, 0o600, 0o600],
    [0o400, 0o600, 0o400],
])("gives a file with permissions %o that should have %o permissions %o", async (old, mode, expected) => {
    const file = join(folder, "x")
    await writeFile(file, "old")
    await chmod(file, old)
    writeAtomically(file, "new", mode)
    expect(await readFile(file, "utf8")).toBe("new")
    expect((await stat(file)).mode & 0o777).toBe(expected)
})

test("replaces what a link points to", async () => {
    const target = join(folder, "target")
    await writeFile(target, "old")
    await symlink("target", join(folder, "link"))
    writeAtomically(join(folder, "link"), "new")
    expect(await readFile(target, "utf8")).toBe("new")
    expect((await lstat(join(folder, "link"))).isSymbolicLink()).toBe(true)
    expect(await readdir(folder)).toEqual(["link", "target"])
})

test.runIf(process.getuid?.() === 0)(
    "does not take a file from its owner, or a new one from its folder's",
    async () => {
        await chown(folder, 1234, 1234)
        const file = join(folder, "x")
        await writeFile(file, "old")
        await chown(file, 1235, 1236)
        writeAtomically(file, "new")
        expect(await stat(file)).toMatchObject({ uid: 1235, gid: 1236 })
        writeAtomically(join(folder, "y"), "new")
        expect(await stat(join(folder, "y"))).toMatchObject({ uid: 1234, gid: 1234 })
    },
)

test("reports why a file cannot be written, and leaves nothing behind", async () => {
    const file = join(folder, "taken")
    // A folder cannot be replaced by a file.
    await mkdir(file)
    expect(() => writeAtomically(file, "new")).toThrow(FileWriteError)
    expect(() => writeAtomically(join(folder, "no", "such"), "new")).toThrow(
        "such cannot be written (ENOENT). Its folder does not exist",
    )
    expect(await readdir(folder)).toEqual(["taken"])
})

test("reports a folder where the temporary file must be, and leaves it there", async () => {
    const file = join(folder, "x")
    const taken = `.x.${process.pid}.new`
    await mkdir(join(folder, taken))
    expect(() => writeAtomically(file, "new")).toThrow("x cannot be written (EISDIR)")
    expect(await readdir(folder)).toEqual([taken])
})

test("keeps the old file if writing fails halfway", async () => {
    const file = join(folder, "x")
    await writeFile(file, "old")
    const code = `import { writeAtomically } from "./tools/setup/atomic-write"; writeAtomically(${JSON.stringify(file)}, "new".repeat(1e6))`
    // The shell limits the size of files, as a full disk would.
    const shell = `ulimit -f 256 && exec "$0" --import tsx --input-type=module --eval "$1"`
    const { stderr } = spawnSync("bash", ["-c", shell, process.execPath, code], {
        cwd: projectRoot,
        encoding: "utf8",
        env: { ...process.env, TSX_DISABLE_CACHE: "1" },
    })
    expect(stderr).toContain("cannot be written (EFBIG)")
    expect(await readFile(file, "utf8")).toBe("old")
    expect(await readdir(folder)).toEqual(["x"])
})
