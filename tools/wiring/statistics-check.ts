import type { MeterModel } from "../../sim/meter/meter-model"
import { chosenFields } from "../meters/chosen-fields"
import { statisticFields } from "../meters/statistic-fields"
import type { MeterConfig } from "./config"
import type { Mistake } from "./config-error"
import { MOST_FIELDS } from "./meaning-check"

/** Finds statistics that cannot be computed. */
export function statisticMistakes(
    { model, fields, statistics }: MeterConfig,
    index: number,
    facts: MeterModel,
    pollSeconds: number,
): Mistake[] {
    if (!statistics) return []
    const path = `meters[${index}].statistics`
    if (pollSeconds === 1) {
        const problem = "needs several polls for each reading, but pollSeconds is 1"
        return [{ path, problem, cure: "Write a pollSeconds of 2 or more, or remove it." }]
    }
    const chosen = chosenFields(facts, fields)
    const possible = chosen.filter(({ counter }) => !counter).map(({ name }) => name)
    const wrong = statistics.flatMap((name, i): Mistake[] => {
        const field = chosen.find(other => other.name === name)
        const mistake = (problem: string, cure: string) => [
            { path: `${path}[${i}]`, value: name, problem, cure },
        ]
        if (statistics.indexOf(name) < i) return mistake("appears twice", "Remove one.")
        if (!field)
            return mistake(`is not in the readings of ${model}`, `Write one of ${possible.join(", ")}.`)
        if (field.counter)
            return mistake("is a counter, which needs no statistics", `Write one of ${possible.join(", ")}.`)
        return []
    })
    if (wrong.length > 0) return wrong
    const made = statisticFields(chosen, statistics)
    const count = chosen.length + made.length
    if (count > MOST_FIELDS) {
        const problem = `makes readings of ${count} fields, but a reading can have ${MOST_FIELDS}`
        return [{ path, problem, cure: 'Leave some out, here or in "fields".' }]
    }
    const clash = made.find(({ name }) => chosen.some(field => field.name === name))
    if (!clash) return []
    const problem = `makes the field ${clash.name}, which ${model} already has`
    return [{ path, problem, cure: 'Leave that one out of "fields".' }]
}
