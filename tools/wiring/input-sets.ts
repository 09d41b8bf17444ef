import type { InputName, UploadedField, Wiring } from "./config"
import type { Mistake } from "./config-error"

/** The inputs of a meter's fields. */
export function uploadedFields(
    fields: readonly { readonly name: string; readonly unit: string; readonly decimals: number }[],
    inputs: readonly InputName[],
): UploadedField[] {
    return fields.map(({ name, unit, decimals }) => {
        const wanted = inputs.find(({ field }) => field === name)
        const inWattHours = unit === "kWh" && wanted?.unit !== "kWh"
        return { name: wanted?.name ?? name, scale: inWattHours ? decimals - 3 : decimals }
    })
}

/** emoncms.org truncates longer names. */
const LONGEST_INPUT = 64

/** Inputs of the device itself, in the same node; see `src/actors/uplink/health.ts`. */
const OWN = ["uptime", "queue", "dropped", "thinned", "recovered", "line_errors", "upload_errors"].map(
    name => `health_${name}`,
)

/** Bytes that a request has for a row: `BODY_BYTES` in `src/main.ts`, minus what surrounds the row. */
const ROW_BYTES = 1000 - "data=[]".length

/** Maximum length of a row without its inputs: a time and a node. */
const ROW_HEAD_BYTES = ',[1234567890,"1234567890123456"]'.length
/** Maximum length of an input without its name: the longest number, and the punctuation. */
const VALUE_BYTES = '{"":-2147483648.000},'.length

/**
 * Finds inputs that EmonCMS would truncate or mistake for one another, and rows that are too long for a request. The input of
 * each field has already been checked on its own.
 */
export function inputSetMistakes({ meters, uploaded }: Wiring): Mistake[] {
    const owners = new Map<string, string>(OWN.map(name => [name, "the device itself"]))
    return meters.flatMap((meter, i): Mistake[] => {
        const path = `meters[${i}]`
        const prefix = meters.length > 1 ? `${meter.name}_` : ""
        const names = uploaded[i]!.map(({ name }) => prefix + name)
        const mistakes: Mistake[] = []
        for (const name of names) {
            const owner = owners.get(name)
            if (name.length > LONGEST_INPUT) {
                const problem = `makes the input ${name}, which is longer than ${LONGEST_INPUT} characters`
                mistakes.push({
                    path: `${path}.name`,
                    problem,
                    cure: "Shorten the name of the meter or of the input.",
                })
            } else if (owner !== undefined) {
                const problem = `makes the input ${name}, which ${owner} also uses`
                mistakes.push({ path: `${path}.name`, problem, cure: "Give one of them another name." })
            }
            owners.set(name, meter.name)
        }
        const bytes = names.reduce((sum, { length }) => sum + length + VALUE_BYTES, ROW_HEAD_BYTES)
        if (bytes > ROW_BYTES) {
            const problem = `has readings of up to ${bytes} bytes, but a request has room for ${ROW_BYTES}`
            const cure = 'Shorten the names of the meter and its inputs, or choose fewer "fields".'
            mistakes.push({ path, problem, cure })
        }
        return mistakes
    })
}
