import { type MeterModel, registersOf, widthOf } from "../../sim/meter/meter-model"
import { modelIds, readModel } from "../meters/catalog"
import { projectRoot } from "../project"

/** The source that tells the command program which registers identify the shipped models. */
export function knownModelsSource(): Record<string, string> {
    const models = modelIds(projectRoot).map(id => readModel(id, projectRoot))
    const entries = models.flatMap(identitiesOf).sort((a, b) => (a.range < b.range ? -1 : 1))
    const lines = entries.map(
        ({ model, range, content }) =>
            `    { model: ${JSON.stringify(model)}, range: ${range}, content: hex\`${content}\` },\n`,
    )
    const type = 'import type { Identity } from "../line/identity"\n'
    return {
        "src/programs/known-models.ts": `${type}export const knownModels: Identity[] = [\n${lines.join("")}]\n`,
    }
}

function identitiesOf({ id: model, identity }: MeterModel) {
    if (!identity) return []
    const { function: code, at, type } = identity.place
    const range = `{ functionCode: ${code}, start: ${at}, count: ${registersOf(type)} }`
    return identity.is.map(value => ({
        model,
        range,
        content: value.toString(16).padStart(2 * widthOf(type), "0"),
    }))
}
