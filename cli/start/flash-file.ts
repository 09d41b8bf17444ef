import { renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { Flash } from "../../sim/vm/flash"
import { FileError, fileError } from "../file-error"

/** Of the partition in which the firmware keeps program, settings and readings. */
const FLASH_BYTES = 256 * 1024

/** From a change to when it is in the file, in ms: a program writes several things at once. */
const GATHER_MS = 100

/** The file of `--flash`, in which a simulated device's flash lives on between runs. */
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
     * Reads the file, or makes an empty one.
     * @param onFailure called when it cannot be written later
     * @throws FileError
     */
    static async open(path: string, onFailure: (error: Error) => void): Promise<FlashFile> {
        const file = new FlashFile(path, await imageIn(path), onFailure)
        // At once, so that one learns now and not in an hour that it cannot be written.
        file.save()
        // Whatever ends this program, but for what ends it without a word.
        process.once("exit", () => file.timer && file.write())
        return file
    }

    /** Writes what has changed last. */
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

    /** The file is at each moment the old one or the new one as a whole. */
    private save(): void {
        const temporary = join(dirname(this.path), `.${basename(this.path)}.${process.pid}.new`)
        try {
            writeFileSync(temporary, this.flash.image, { mode: 0o600 })
            renameSync(temporary, this.path)
        } catch (error) {
            rmSync(temporary, { force: true })
            throw fileError("--flash", this.path, error)
        }
    }
}

async function imageIn(path: string): Promise<Uint8Array> {
    // A device node or a pipe would be replaced by a file.
    const there = statSync(path, { throwIfNoEntry: false })
    if (!there) return new Uint8Array(0)
    if (there.isDirectory()) throw fileError("--flash", path, { code: "EISDIR" })
    if (!there.isFile() || there.size > FLASH_BYTES)
        throw new FileError("--flash", path, "this is no flash of a simulated device; name a new file")
    try {
        return new Uint8Array(await readFile(path))
    } catch (error) {
        throw fileError("--flash", path, error)
    }
}
