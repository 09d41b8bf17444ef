import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import type { Fault } from "../../../tools/faulty-program/device/fault"
import { faultyProgram } from "../../../tools/faulty-program/faulty-program"
import { build, type House } from "./house"

/** A house with one meter, whose device suffers a fault two minutes after its start. */
export async function faultyHouse(
    fault: Fault,
    settings: Readonly<Record<string, unknown>> = {},
): Promise<House> {
    return build({
        slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })],
        entry: faultyProgram.entry,
        overrides: await faultyProgram.overrides(),
        settings: { FAULT: fault, ...settings },
    })
}
