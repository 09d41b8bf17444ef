import type { MeterModel } from "./meter-model"
import { ModelMeter } from "./model-meter"
import { pzem016 } from "./pzem-016"
import { pzem017 } from "./pzem-017"
import { sdm120, sdm230 } from "./sdm"
import type { MeterOptions, VirtualMeter } from "./virtual-meter"

/** Meters whose simulation covers more than their readings, by name. Meters of one family share their registers. */
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

/**
 * A virtual meter of a model: the model's own simulation if there is one by that name, otherwise a meter made from the
 * model's file.
 * @param isOwn the file is not a shipped one, whatever its name
 */
export function virtualMeter(
    model: VirtualModel | MeterModel,
    options: MeterOptions,
    isOwn = false,
): VirtualMeter {
    if (typeof model === "string") return MODELS[model](options)
    const special = isOwn ? undefined : MODELS[model.id as VirtualModel]
    return special ? special(options) : new ModelMeter(model, options)
}
