import type { Fault } from "../../../bench/device/fault"
import { faultyProgram } from "../../../bench/faulty-program"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
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
