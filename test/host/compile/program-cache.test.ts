import { mkdtemp, readdir, rm, utimes } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { ProgramCache } from "../../../tools/compile/program-cache"

let folder: string

beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "cache-"))
})

afterEach(() => rm(folder, { recursive: true }))

const program = { bytecode: new Uint8Array(100_000).fill(7), debugInfo: "x".repeat(500_000) }

test("parallel readers and writers never see an incomplete program", async () => {
    const seen = await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
            const cache = new ProgramCache(folder)
            if (i % 2 === 0) await cache.store("hash", program)
            return cache.load("hash")
        }),
    )
    const found = seen.filter(result => result !== undefined)
    expect(found.length).toBeGreaterThanOrEqual(10)
    for (const { bytecode, debugInfo } of found) {
        expect(Buffer.from(bytecode).equals(program.bytecode)).toBe(true)
        expect(debugInfo).toBe(program.debugInfo)
    }
    expect(await readdir(folder)).toEqual(["hash"])
})

test("drops the least recently used program", async () => {
    const cache = new ProgramCache(folder, 3)
    for (const [day, hash] of ["a", "b", "c"].entries()) {
        await cache.store(hash, program)
        const time = new Date(Date.UTC(2020, 0, 1 + day))
        await utimes(join(folder, hash), time, time)
    }
    await cache.load("a")
    await cache.store("d", program)
    expect((await readdir(folder)).sort()).toEqual(["a", "c", "d"])
})
