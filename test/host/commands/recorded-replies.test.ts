import { spawnSync } from "node:child_process"
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"

const tsx = createRequire(import.meta.url).resolve("tsx/cli")
const biome = join(projectRoot, "node_modules/.bin/biome")

const WRITTEN = [
    "test/device/net/recorded-replies.ts",
    "test/device/emoncms/recorded-answers.ts",
    "test/device/emoncms/old-answers.ts",
]

test("the replies in the device tests are those that were recorded", async () => {
    const folder = await mkdtemp(join(tmpdir(), "replies-"))
    try {
        for (const path of ["test/device/net", "test/device/emoncms"])
            await mkdir(join(folder, path), { recursive: true })
        for (const file of ["biome.json", ".gitignore"])
            await copyFile(join(projectRoot, file), join(folder, file))
        await symlink(join(projectRoot, "test/data"), join(folder, "test/data"))
        const script = join(projectRoot, "tools/vectors/recorded-replies.ts")
        expect(spawnSync(process.execPath, [tsx, script], { cwd: folder }).status).toBe(0)
        expect(spawnSync(biome, ["format", "--write", "test/device"], { cwd: folder }).status).toBe(0)
        for (const path of WRITTEN)
            expect(await readFile(join(folder, path), "utf8"), path).toBe(
                await readFile(join(projectRoot, path), "utf8"),
            )
    } finally {
        await rm(folder, { recursive: true })
    }
})
