/** A meter file as its author writes it; see `meters/meter.schema.json` for the meaning of each name. */
export interface RawModel {
    like?: string
    name: string
    aliases?: string[]
    source: string
    notes?: string
    line: RawLine
    timing?: { settleMs?: number; pauseMs?: number; timeoutMs?: number }
    requests?: { function?: 3 | 4; most?: number; gap?: number; countsFrom?: number }
    startingCurrent?: number
    identity?: RawIdentity
    fields: Record<string, RawField>
    settings?: Record<string, RawSetting>
    frames?: RawFrame[]
}

export interface RawIdentity extends RawRegister {
    at: number | string
    is: string[]
}

export interface RawLine {
    baud: number
    bauds?: number[]
    format?: Format
    formats?: Format[]
    address?: number
}

type Format = "8N1" | "8N2" | "8E1" | "8O1"

export interface RawRegister {
    at?: number | string
    function?: 3 | 4
    type?: string
    byte?: "high" | "low"
}

export interface RawField extends RawRegister {
    unit: string
    sum?: string[]
    scale?: number
    scaleFrom?: RawScaleRegister[]
    sign?: "negate" | "absolute" | "folded"
    unavailable?: string
    decimals?: number
    min?: number
    max?: number
    zero?: "yes" | "no" | "some"
    counter?: boolean
    end?: number
    mostPerHour?: number
    optional?: boolean
    hidden?: boolean
}

export interface RawScaleRegister extends RawRegister {
    at: number | string
    as: "factor" | "decimals" | "codes"
    scale?: number
    codes?: Record<string, number>
    example?: number
}

export interface RawSetting {
    at: number | string
    unit?: string
    scale?: number
    min?: number
    max?: number
    codes?: Record<string, number>
}

export interface RawFrame {
    from?: "recorded" | "manual"
    note?: string
    request: string
    reply: string
    values: Record<string, number | null>
}

/** JSON merge patch (RFC 7396): values of the patch replace those of the target, objects are merged, null removes. */
export function merged(target: unknown, patch: unknown): unknown {
    if (!isObject(patch)) return patch
    const result: Record<string, unknown> = isObject(target) ? { ...target } : {}
    for (const [name, value] of Object.entries(patch)) {
        if (value === null) delete result[name]
        else result[name] = merged(result[name], value)
    }
    return result
}

export function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value)
}
