import type { MeterModel, ModelField } from "../../sim/meter/meter-model"
import { chosenFields } from "./chosen-fields"

/** What a field with statistics adds to a reading, in the order of `src/line/meters/statistics.ts`. */
export const STATISTICS = ["mean", "min", "max"] as const

/** What an owner wants to know of a meter. */
export interface ReadingChoice {
    /** Names of fields; left out, those that are not optional. */
    readonly fields?: readonly string[]
    /** Which of them have statistics; left out, none. */
    readonly statistics?: readonly string[]
}

/** A field that is a statistic of another one. */
export interface StatisticField extends ModelField {
    /** Number in the reading of the field that it is of. */
    readonly of: number
}

/** All fields of a reading, in its order: those that the meter is asked for, and their statistics behind them. */
export function readingFields(model: MeterModel, { fields, statistics }: ReadingChoice): ModelField[] {
    const chosen = chosenFields(model, fields)
    return [...chosen, ...statisticFields(chosen, statistics)]
}

/**
 * The statistics of some fields.
 * @param fields those of a reading that the meter is asked for
 */
export function statisticFields(
    fields: readonly ModelField[],
    names: readonly string[] = [],
): StatisticField[] {
    return fields.flatMap((field, of) =>
        names.includes(field.name) ? STATISTICS.map(statistic => statisticOf(field, of, statistic)) : [],
    )
}

/** Its name is all that the field's range has to say of it. */
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
