import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { projectRoot } from "../../../tools/project"
import type { Fault } from "../../device/fault"
import { build, type House } from "./house"

const ACTOR = "src/kernel/actor.ts"
const LOOP = "this.beat = ds.millis()\n            const due"

/** A house with one meter, whose device suffers a fault a minute after its start. */
export async function faultyHouse(
    fault: Fault | undefined,
    settings: Readonly<Record<string, unknown>> = {},
): Promise<House> {
    const actor = await readFile(join(projectRoot, ACTOR), "utf8")
    if (!actor.includes(LOOP)) throw new Error(`${ACTOR} has no longer the loop that faults go into`)
    const struck = actor.replace(LOOP, `await strike(this.name)\n            ${LOOP}`)
    return build({
        slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })],
        entry: "test/device/faulty-program.ts",
        overrides: { [ACTOR]: `import { strike } from "../../test/device/faults"\n${struck}` },
        settings: { FAULT: fault, ...settings },
    })
}
