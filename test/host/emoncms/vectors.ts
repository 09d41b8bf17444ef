import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** One recorded request; see test/data/emoncms/README.md. */
export interface Vector {
    readonly name: string
    readonly sequence: string
    readonly step: number
    readonly precondition?: string
    readonly request: {
        readonly method: string
        readonly path: string
        readonly headers: Readonly<Record<string, string>>
        readonly body?: string | null
        readonly body_base64?: string
        readonly body_note?: string
        readonly http_version?: string
    }
    readonly response: VectorResponse
    readonly nginx?: { readonly response?: VectorResponse; readonly state_after?: VectorState }
    readonly state_after?: VectorState
}

export interface VectorResponse {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string | null
    readonly body_match?: "exact" | "prefix" | "pattern" | "masked"
    readonly body_length?: number
    readonly raw?: string
}

export interface VectorState {
    readonly inputs?: Readonly<Record<string, Readonly<Record<string, VectorInput>>>>
    readonly feeds?: Readonly<Record<string, VectorFeed>>
}

export interface VectorInput {
    readonly time: number | string | null
    readonly value: number | null
}

export interface VectorFeed {
    readonly name: string
    readonly engine: "PHPFINA" | "PHPTIMESERIES"
    readonly meta: Readonly<Record<string, number>>
    readonly points_non_null: readonly (readonly [time: number, value: number])[]
    readonly last: { readonly time: number; readonly value: number }
}

const FILE = fileURLToPath(new URL("../../data/emoncms/vectors.json", import.meta.url))

/** The recorded HTTP requests by sequence, in the order of the file. Leaves out MQTT. */
export function loadSequences(): Map<string, Vector[]> {
    const sequences = new Map<string, Vector[]>()
    for (const vector of JSON.parse(readFileSync(FILE, "utf8")) as Vector[]) {
        if (vector.request.method === "MQTT PUBLISH") continue
        const steps = sequences.get(vector.sequence)
        if (steps) steps.push(vector)
        else sequences.set(vector.sequence, [vector])
    }
    return sequences
}
