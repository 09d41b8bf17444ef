import { readFileSync } from "node:fs"
import { join } from "node:path"

const FOLDER = join(import.meta.dirname, "../../data/captures")

/** A file of recorded frames. */
export function captureFile(name: string): string {
    return join(FOLDER, `${name}.txt`)
}

/** What the frames of a file mean, by input: decoded by pymodbus (`tools/vectors/readings.py`). */
export function decodedByPymodbus(name: string): Record<string, number>[] {
    return JSON.parse(readFileSync(join(FOLDER, `${name}-readings.json`), "utf8"))
}
