import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { buildImage, type Image } from "../image"
import { projectRoot } from "../project"
import type { Config } from "../wiring/config"

/** A place in a file where a statement is inserted. */
interface Place {
    readonly before: string
    readonly insert: string
}

/** Places where actors pass through their loop, and where they are told their part, by file. */
const PLACES: Readonly<Record<string, Place>> = {
    "src/kernel/actor.ts": {
        before: "this.beat = ds.millis()\n            const rest",
        insert: "await strike((this as any).part, this)",
    },
    "src/actors/status-light.ts": {
        before: "this.beat = ds.millis()\n            const { light }",
        insert: 'await strike("light", this)',
    },
    "src/kernel/supervisor.ts": {
        before: "await actor.run()",
        insert: "const played: any = actor; played.part = child.id",
    },
}

/**
 * The program with a hook for faults in the loop of each actor. The setting FAULT names a fault that happens two minutes
 * after power-up. Packets to {@link FAULT_SERVICE} request other faults.
 */
export const faultyProgram = {
    entry: "tools/faulty-program/device/faulty-program.ts",
    /** @throws Error when a place is no longer in its file */
    async overrides(): Promise<Record<string, string>> {
        const texts: Record<string, string> = {}
        for (const [file, place] of Object.entries(PLACES))
            texts[file] = withHook(file, await readFile(join(projectRoot, file), "utf8"), place)
        return texts
    },
    async build(config: Config): Promise<Image> {
        const { entry } = faultyProgram
        return buildImage({ entry, config, overrides: await faultyProgram.overrides() })
    },
}

/**
 * The text of a file with a hook for faults.
 * @throws Error when the place is no longer in the file
 */
export function withHook(file: string, text: string, { before, insert }: Place): string {
    if (!text.includes(before)) throw new Error(`${file} no longer has the place where faults are inserted`)
    const changed = text.replace(before, `${insert}\n            ${before}`)
    return `import { strike } from "../../tools/faulty-program/device/faults"\n${changed}`
}
