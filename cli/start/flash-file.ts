import { statSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { Flash } from "../../sim/vm/flash"
import { isStorage } from "../../tools/flash/storage-image"
import { writeAtomically } from "../../tools/setup/atomic-write"
import { FileError, fileError } from "../file-error"

/** Size of the partition in which the firmware keeps program, settings and readings. */
const FLASH_BYTES = 256 * 1024

/** Delay from a change to writing the file, in ms: a program writes several things in a row. */
const GATHER_MS = 100

/** The file of `--flash`, which keeps a simulated device's flash between runs. */
export class FlashFile {
    private timer: NodeJS.Timeout | undefined
    readonly flash: Flash

    private constructor(
        private readonly path: string,
        image: Uint8Array,
        private readonly onFailure: (error: Error) => void,
    ) {
        this.flash = new Flash(image, () => {
            this.timer ??= setTimeout(() => this.write(), GATHER_MS)
        })
    }

    /**
     * Reads the file, or creates an empty one.
     * @param onFailure called when the file cannot be written later
     * @throws FileError
     */
    static async open(path: string, onFailure: (error: Error) => void): Promise<FlashFile> {
        const file = new FlashFile(path, await imageIn(path), onFailure)
        // Write it at once: if that fails, the user learns it now and not in an hour.
        file.save()
        // Covers every end of this process except those without an exit event, such as SIGKILL.
        process.once("exit", () => file.timer && file.write())
        return file
    }

    /** Writes pending changes. */
    close(): void {
        if (this.timer) this.write()
    }

    private write(): void {
        clearTimeout(this.timer)
        this.timer = undefined
        try {
            this.save()
        } catch (error) {
            this.onFailure(error as Error)
        }
    }

    /** Replaces the file atomically. */
    private save(): void {
        try {
            writeAtomically(this.path, this.flash.image, 0o600)
        } catch (error) {
            throw fileError("--flash", this.path, error)
        }
    }
}

async function imageIn(path: string): Promise<Uint8Array> {
    // Accept only regular files: a device node or a pipe would be replaced by a file.
    const there = statSync(path, { throwIfNoEntry: false })
    if (!there) return new Uint8Array(0)
    if (there.isDirectory()) throw fileError("--flash", path, { code: "EISDIR" })
    const image = there.isFile() && there.size <= FLASH_BYTES ? await contentOf(path) : undefined
    if (image && isStorage(image)) return image
    throw new FileError("--flash", path, "this is not the flash of a simulated device; name a new file")
}

async function contentOf(path: string): Promise<Uint8Array> {
    try {
        return new Uint8Array(await readFile(path))
    } catch (error) {
        throw fileError("--flash", path, error)
    }
}
