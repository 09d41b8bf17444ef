import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { compileProgram } from "../tools/compile/compile"
import { projectRoot } from "../tools/project"
import type { Config } from "../tools/wiring/config"
import { defaultConfig } from "./default-config"

/** Where actors come round their loop, and where they are given their part, by file. */
const PLACES: Readonly<Record<string, { before: string; insert: string }>> = {
    "src/kernel/actor.ts": {
        before: "const now = ds.millis()\n            this.beat = now",
        insert: "await strike((this as any).part, this)",
    },
    "src/actors/status-light.ts": {
        before: "this.beat = ds.millis()\n            const { light }",
        insert: 'await strike("light", this)',
    },
    "src/kernel/supervisor.ts": {
        before: "await child.actor.run()",
        insert: "const played: any = child.actor; played.part = child.id",
    },
}

/** The program, with a place for a fault in the loop of each actor; the setting FAULT says which. */
export const faultyProgram = {
    entry: "bench/device/faulty-program.ts",
    /** @throws Error when a place is not where it was */
    async overrides(): Promise<Record<string, string>> {
        const texts: Record<string, string> = {}
        for (const [file, { before, insert }] of Object.entries(PLACES)) {
            const text = await readFile(join(projectRoot, file), "utf8")
            if (!text.includes(before)) throw new Error(`${file} has no longer the place that faults go into`)
            const changed = text.replace(before, `${insert}\n            ${before}`)
            texts[file] = `import { strike } from "../../bench/device/faults"\n${changed}`
        }
        return texts
    },
    async compile(config: Config = defaultConfig): Promise<Uint8Array> {
        const { entry } = faultyProgram
        const overrides = await faultyProgram.overrides()
        return (await compileProgram({ entry, target: "simulator", config, overrides })).bytecode
    },
}
