import type { MeterModel, ModelField } from "../../sim/meter/meter-model"
import { chosenFields } from "./chosen-fields"

/** The statistics that a field adds to a reading, in the order of `src/line/meters/statistics.ts`. */
export const STATISTICS = ["mean", "min", "max"] as const

/** The values that an owner wants from a meter. */
export interface ReadingChoice {
    /** Names of fields. Default: those that are not optional. */
    readonly fields?: readonly string[]
    /** Which of these fields have statistics. Default: none. */
    readonly statistics?: readonly string[]
}

/** A field that is a statistic of another field. */
export interface StatisticField extends ModelField {
    /** Index of that other field in the reading. */
    readonly of: number
}

/** All fields of a reading, in its order: those that are read from the meter, followed by their statistics. */
export function readingFields(model: MeterModel, { fields, statistics }: ReadingChoice): ModelField[] {
    const chosen = chosenFields(model, fields)
    return [...chosen, ...statisticFields(chosen, statistics)]
}

/**
 * The statistics of some fields.
 * @param fields the fields of a reading that are read from the meter
 */
export function statisticFields(
    fields: readonly ModelField[],
    names: readonly string[] = [],
): StatisticField[] {
    return fields.flatMap((field, of) =>
        names.includes(field.name) ? STATISTICS.map(statistic => statisticOf(field, of, statistic)) : [],
    )
}

/** Inherits only name, unit and decimals from the field, and no range. */
function statisticOf({ name, unit, decimals }: ModelField, of: number, statistic: string): StatisticField {
    return {
        name: `${name}_${statistic}`,
        unit,
        decimals,
        of,
        scale: 1,
        scaleFrom: [],
        zero: "yes",
        counter: false,
        optional: false,
        hidden: false,
    }
}
