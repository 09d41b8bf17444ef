import type { MeterModel, ModelField } from "../../sim/meter/meter-model"

/** The fields of a model that are read from a meter, in the model's order. */
export function chosenFields({ fields }: MeterModel, names?: readonly string[]): ModelField[] {
    return fields.filter(({ name, hidden, optional }) =>
        names ? names.includes(name) && !hidden : !hidden && !optional,
    )
}
