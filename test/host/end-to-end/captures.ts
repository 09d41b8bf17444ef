import { readFileSync } from "node:fs"
import { join } from "node:path"

const FOLDER = join(import.meta.dirname, "../../data/captures")

/** Path of a file with recorded frames. */
export function captureFile(name: string): string {
    return join(FOLDER, `${name}.txt`)
}

/** The values in the frames of a file, by input, as pymodbus decodes them (`tools/vectors/readings.py`). */
export function decodedByPymodbus(name: string): Record<string, number>[] {
    return JSON.parse(readFileSync(join(FOLDER, `${name}-readings.json`), "utf8"))
}
