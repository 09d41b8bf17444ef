import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { FileError } from "../../../cli/file-error"
import { ValueRecord } from "../../../cli/start/value-record"

const POINT = { time: 1_764_000_000, node: "house", input: "power", value: 1036.5 }
const LINE = '{"time":1764000000,"node":"house","input":"power","value":1036.5}\n'

/** A file in memory that grows, but cannot be emptied (`F_SEAL_SHRINK` in `fcntl.h` of Linux). */
const SEALED = `
import fcntl, os, sys
F_ADD_SEALS, F_SEAL_SHRINK = 1033, 2
file = os.memfd_create("values", os.MFD_ALLOW_SEALING)
os.write(file, b"kept\\n")
fcntl.fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK)
print(file, flush=True)
sys.stdin.read()
`

let folder: string
let holder: ChildProcess | undefined

beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "record-"))
})
afterEach(() => {
    holder?.kill()
    holder = undefined
})
afterAll(() => rm(folder, { recursive: true }))

const unexpected = (error: Error) => {
    throw error
}

test("empties its file only when the run begins, and has a line for each value", async () => {
    const path = join(folder, "values.jsonl")
    await writeFile(path, "old\n")
    const record = await ValueRecord.open(path, unexpected)
    expect(await readFile(path, "utf8")).toBe("old\n")
    await record.begin()
    record.add(POINT)
    await record.close()
    expect(await readFile(path, "utf8")).toBe(LINE)
})

test("says why a file cannot be emptied", async () => {
    holder = spawn("python3", ["-c", SEALED], { stdio: ["pipe", "pipe", "inherit"] })
    const [number] = await once(holder.stdout!, "data")
    const path = `/proc/${holder.pid}/fd/${String(number).trim()}`
    const record = await ValueRecord.open(path, unexpected)
    await expect(record.begin()).rejects.toEqual(
        new FileError("--record", path, "permission denied; check the permissions of file and folder"),
    )
    await record.close()
    expect(await readFile(path, "utf8")).toBe("kept\n")
})

test("reports a value that cannot be written, and goes on", async () => {
    const failures: Error[] = []
    const record = await ValueRecord.open("/dev/full", error => failures.push(error))
    await record.begin()
    record.add(POINT)
    record.add(POINT)
    await record.close()
    expect(failures.map(({ message }) => message)).toEqual(
        Array(2).fill("--record /dev/full: the disk is full"),
    )
})
