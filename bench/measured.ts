import { readFile, writeFile } from "node:fs/promises"
import { arch, platform } from "node:os"
import { join } from "node:path"
import { compileProgram } from "../tools/compile/compile"
import { projectRoot } from "../tools/project"
import { defaultConfig } from "../tools/wiring/default-config"
import type { Table } from "./bench"
import type { Measurement } from "./report"

/** The file that keeps the latest figures of each bench. `npm run figures` puts them into the pages. */
export const MEASURED_FILE = "docs/measured.json"

/** The latest run of one bench. */
export interface Entry {
    /** Day of the run, as `2026-11-30`. */
    readonly date: string
    /** Versions of Node.js and the operating system. */
    readonly machine: string
    /** SHA-256 of the default wiring's release image, hexadecimal. */
    readonly program: string
    readonly figures: object
    readonly tables: readonly Table[]
}

/** Entries by the name of their bench. */
export type Measured = Readonly<Record<string, Entry>>

/** Reads {@link MEASURED_FILE}. */
export async function readMeasured(): Promise<Measured> {
    return JSON.parse(await readFile(join(projectRoot, MEASURED_FILE), "utf8"))
}

/** Replaces the entries of the benches that have just run, and keeps the others. */
export async function noteMeasured(measurements: readonly Measurement[]): Promise<void> {
    const { hash } = await compileProgram({ entry: "src/main.ts", target: "device", config: defaultConfig })
    const about = {
        date: new Date().toISOString().slice(0, 10),
        machine: `Node ${process.versions.node}, ${platform()} ${arch()}`,
        program: hash,
    }
    const entries = measurements.map(({ bench, result }): [string, Entry] => [
        bench.name,
        { ...about, figures: result.figures, tables: result.tables },
    ])
    const measured = { ...(await readMeasured()), ...Object.fromEntries(entries) }
    await writeFile(join(projectRoot, MEASURED_FILE), `${JSON.stringify(measured, null, 4)}\n`)
}
