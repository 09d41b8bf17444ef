import type { MeterModel } from "../../sim/meter/meter-model"
import { modelIds, readModel } from "../meters/catalog"
import { projectRoot } from "../project"

let models: readonly MeterModel[] | undefined

/** All shipped models. Their files are read once, because matrices of wirings need them hundreds of times. */
export function shippedModels(): readonly MeterModel[] {
    models ??= modelIds(projectRoot).map(id => readModel(id, projectRoot))
    return models
}

export function shippedModel(id: string): MeterModel {
    return shippedModels().find(model => model.id === id)!
}
