import type { WiredMeter } from "./config"

/** Two meters with the same key share a profile in the program: they are of one model, and the same is asked of them. */
export function profileKey({ model, facts, fields, statistics }: WiredMeter): string {
    return JSON.stringify([facts.id, model.endsWith(".json") && model, fields, statistics])
}
