import type { UploadedField } from "../emoncms/wanted"
import { loadProfile } from "../wiring/catalog"
import type { Wiring } from "../wiring/config"

/** What the program uploads with this wiring: one input for each field of each meter, named as `src/emoncms/inputs.ts` does. */
export async function uploadedFields(wiring: Wiring, root: string): Promise<UploadedField[]> {
    const several = wiring.meters.length > 1
    const fields: UploadedField[] = []
    for (const { name: meter, model } of wiring.meters) {
        const profile = await loadProfile(model, root)
        for (const { name: field, unit } of profile.fields) {
            const renamed = wiring.inputs.find(other => other.field === field)
            const input = (several ? `${meter}_` : "") + (renamed?.name ?? field)
            // Energies go out in Wh unless kWh are asked for.
            const uploadedUnit = unit === "kWh" ? (renamed?.unit ?? "Wh") : unit
            fields.push({ meter, field, input, unit: uploadedUnit })
        }
    }
    return fields
}
