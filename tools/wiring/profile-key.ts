import type { WiredMeter } from "./config"

/** Meters with the same key share a profile in the program: they have the same model, fields and statistics. */
export function profileKey({ model, facts, fields, statistics }: WiredMeter): string {
    return JSON.stringify([facts.id, model.endsWith(".json") && model, fields, statistics])
}
