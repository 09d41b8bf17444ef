import { pzem016 } from "./pzem-016"
import { pzem017 } from "./pzem-017"
import { sdm120, sdm230 } from "./sdm"
import type { MeterOptions, VirtualMeter } from "./virtual-meter"

/** Meter models that can be simulated, by their names in `devicescript.json`; those of a family share their registers. */
const MODELS = {
    "pzem-016": pzem016,
    "pzem-014": pzem016,
    "pzem-004t-v3": pzem016,
    "pzem-017": pzem017,
    "pzem-003": pzem017,
    sdm120,
    sdm230,
} satisfies Record<string, (options: MeterOptions) => VirtualMeter>

export type VirtualModel = keyof typeof MODELS

/** A virtual meter of a model. */
export function virtualMeter(model: VirtualModel, options: MeterOptions): VirtualMeter {
    return MODELS[model](options)
}
