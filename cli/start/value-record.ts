import { type FileHandle, open } from "node:fs/promises"
import type { Point } from "../../sim/emoncms/inputs"
import { fileError } from "../file-error"

/** The file of `--record`: a line of JSON for every value that the server has accepted. */
export class ValueRecord {
    private writing: Promise<unknown> = Promise.resolve()

    private constructor(
        private readonly path: string,
        private readonly file: FileHandle,
        private readonly onFailure: (error: Error) => void,
    ) {}

    /**
     * Opens or creates the file, and leaves what it contains until {@link begin}.
     * @param onFailure called when a value cannot be written later
     * @throws FileError
     */
    static async open(path: string, onFailure: (error: Error) => void): Promise<ValueRecord> {
        try {
            return new ValueRecord(path, await open(path, "a"), onFailure)
        } catch (error) {
            throw fileError("--record", path, error)
        }
    }

    /**
     * Empties the file. Called when nothing can refuse the run any more.
     * @throws FileError
     */
    async begin(): Promise<void> {
        try {
            // A pipe or a terminal has nothing to empty.
            if ((await this.file.stat()).isFile()) await this.file.truncate()
        } catch (error) {
            throw fileError("--record", this.path, error)
        }
    }

    add({ time, node, input, value }: Point): void {
        const line = `${JSON.stringify({ time, node, input, value })}\n`
        this.writing = this.writing
            .then(() => this.file.write(line))
            .catch(error => this.onFailure(fileError("--record", this.path, error)))
    }

    /** Writes pending values, and closes the file. */
    async close(): Promise<void> {
        await this.writing
        await this.file.close()
    }
}
