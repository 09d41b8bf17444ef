import type { Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { BuildJob } from "../../../tools/compile/build-job"
import { CompileError } from "../../../tools/compile/compile-error"
import type { CompilerOutput } from "../../../tools/compile/compiler"
import { askSharedBuilder, builderAt, shareBuilder } from "../../../tools/compile/shared-builder"

const SOCKET = join(tmpdir(), `shared-builder-${process.pid}`)
const [VARIABLE] = Object.keys(builderAt(SOCKET)) as [string]

const JOB: BuildJob = {
    entry: "src/main.ts",
    build: "release",
    sources: new Map([
        ["src/main.ts", 'import "./größe"\n'],
        ["src/größe.ts", "export {}\n"],
    ]),
    root: "/project",
}

let server: Server | undefined
let usual: string | undefined

beforeEach(() => {
    usual = process.env[VARIABLE]
    process.env[VARIABLE] = SOCKET
})

afterEach(() => {
    if (usual === undefined) delete process.env[VARIABLE]
    else process.env[VARIABLE] = usual
    server?.close()
    server = undefined
})

describe("a shared builder", () => {
    test("gets the whole job, and its output comes back byte for byte", async () => {
        const output = { bytecode: Uint8Array.from([0, 127, 128, 255]), debugInfo: '{"files":["größe.ts"]}' }
        const jobs: BuildJob[] = []
        server = await shareBuilder(async job => {
            jobs.push(job)
            return output
        }, SOCKET)
        expect(await askSharedBuilder(JOB)).toEqual(output)
        expect(jobs).toEqual([JOB])
    })

    test("builds several programs at a time", async () => {
        const waiting: (() => void)[] = []
        server = await shareBuilder(
            ({ entry }) =>
                new Promise<CompilerOutput>(resolve => {
                    waiting.push(() => resolve({ bytecode: new Uint8Array(), debugInfo: entry }))
                    if (waiting.length === 3) for (const end of waiting) end()
                }),
            SOCKET,
        )
        const names = ["a.ts", "b.ts", "c.ts"]
        const outputs = await Promise.all(names.map(entry => askSharedBuilder({ ...JOB, entry })))
        expect(outputs.map(output => output?.debugInfo)).toEqual(names)
    })

    test("passes on the compiler's messages about the program", async () => {
        server = await shareBuilder(async ({ entry }) => {
            throw new CompileError(entry, "src/main.ts(1,8): error TS2307: Cannot find module\n")
        }, SOCKET)
        const error = await askSharedBuilder(JOB).catch(error => error)
        expect(error).toBeInstanceOf(CompileError)
        expect(error.entry).toBe("src/main.ts")
        expect(error.diagnostics).toMatchObject([{ file: "src/main.ts", line: 1, column: 8 }])
    })

    test("passes on what else went wrong, and builds the next program", async () => {
        let isBroken = true
        server = await shareBuilder(async () => {
            if (isBroken) throw new RangeError("no room for the builder")
            return { bytecode: new Uint8Array([1]), debugInfo: "{}" }
        }, SOCKET)
        await expect(askSharedBuilder(JOB)).rejects.toThrow("RangeError: no room for the builder")
        isBroken = false
        expect((await askSharedBuilder(JOB))?.bytecode).toEqual(new Uint8Array([1]))
    })
})

test("a builder that is gone is an error", async () => {
    await expect(askSharedBuilder(JOB)).rejects.toThrow("ENOENT")
})

test("without a shared builder, the process builds its programs itself", async () => {
    delete process.env[VARIABLE]
    expect(await askSharedBuilder(JOB)).toBeUndefined()
})
