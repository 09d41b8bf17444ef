import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { compileProgram } from "../tools/compile/compile"
import { projectRoot } from "../tools/project"
import type { Config } from "../tools/wiring/config"
import { defaultConfig } from "./default-config"

/** Where actors come round their loop, by file. */
const LOOPS: Readonly<Record<string, { before: string; name: string }>> = {
    "src/kernel/actor.ts": { before: "this.beat = ds.millis()\n            const due", name: "this.name" },
    "src/actors/status-light.ts": {
        before: "this.beat = ds.millis()\n            const { light }",
        name: '"light"',
    },
}

/** The program, with a place for a fault in the loop of each actor; the setting FAULT says which. */
export const faultyProgram = {
    entry: "bench/device/faulty-program.ts",
    /** @throws Error when a loop is not where it was */
    async overrides(): Promise<Record<string, string>> {
        const texts: Record<string, string> = {}
        for (const [file, { before, name }] of Object.entries(LOOPS)) {
            const text = await readFile(join(projectRoot, file), "utf8")
            if (!text.includes(before)) throw new Error(`${file} has no longer the loop that faults go into`)
            const struck = text.replace(before, `await strike(${name}, this)\n            ${before}`)
            texts[file] = `import { strike } from "../../bench/device/faults"\n${struck}`
        }
        return texts
    },
    async compile(config: Config = defaultConfig): Promise<Uint8Array> {
        const { entry } = faultyProgram
        const overrides = await faultyProgram.overrides()
        return (await compileProgram({ entry, target: "simulator", config, overrides })).bytecode
    },
}
