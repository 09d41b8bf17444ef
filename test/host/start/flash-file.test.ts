import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { FileError } from "../../../cli/file-error"
import { FlashFile } from "../../../cli/start/flash-file"

let folder: string

beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "flash-"))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test("a file that cannot be written any more is reported, with its path", async () => {
    const path = join(folder, "flash.bin")
    const failed = vi.fn()
    const file = await FlashFile.open(path, failed)
    await rm(folder, { recursive: true })
    file.flash.save(new Uint8Array(8))
    file.close()
    expect(failed).toHaveBeenCalledExactlyOnceWith(expect.any(FileError))
    expect(failed.mock.calls[0]![0].message).toContain(path)
})

test.runIf(process.platform === "linux")("a file that cannot be read is refused", async () => {
    // Nobody can read the first page of a process's memory.
    await expect(FlashFile.open("/proc/self/mem", () => {})).rejects.toThrow(
        /--flash \/proc\/self\/mem: .*EIO/,
    )
})
