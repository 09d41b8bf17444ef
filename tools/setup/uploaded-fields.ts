import type { UploadedField } from "../emoncms/wanted"
import { readModel } from "../meters/catalog"
import { readingFields } from "../meters/statistic-fields"
import type { Wiring } from "../wiring/config"

/** The fields that the program uploads with this wiring: one input for every field of every meter. */
export function uploadedFields({ meters, uploaded, inputs }: Wiring, root: string): UploadedField[] {
    const several = meters.length > 1
    return meters.flatMap(({ name: meter, model, ...choice }, i) =>
        readingFields(readModel(model, root), choice).map(({ name: field, unit }, j) => {
            const input = (several ? `${meter}_` : "") + uploaded[i]![j]!.name
            // Energies are uploaded in Wh unless kWh is configured.
            const wanted = inputs.find(other => other.field === field)?.unit ?? "Wh"
            return { meter, field, input, unit: unit === "kWh" ? wanted : unit }
        }),
    )
}
