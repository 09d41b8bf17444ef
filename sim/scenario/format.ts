import type { FaultName as LineFaultName } from "../line/faults"
import type { Toxic } from "../toxics/toxic"

/** A scenario as its author writes it; `scenario.schema.json` says what each name means. Durations are text, `90 s`. */
export interface ScenarioFile {
    readonly description: string
    readonly duration: string
    readonly recovery?: string
    readonly start?: string
    readonly seed?: number
    readonly meters?: readonly { readonly name: string; readonly address: number }[]
    readonly pollSeconds?: number
    readonly uploadSeconds?: number
    readonly timeline?: readonly PlannedFault[]
    readonly random?: readonly RandomFault[]
}

/** What goes wrong, and the parameters that this kind of fault has. */
export interface FaultOptions {
    readonly fault: FaultKind
    /** How far the server's clock is off, with a sign. */
    readonly by?: string
    /** A meter's name; all meters when left out. */
    readonly meter?: string
    readonly line?: LineFaultName
    /** Probability for each exchange on the line, 0 to 1. */
    readonly rate?: number
    readonly toxic?: Toxic
}

/** A fault at a time that its author has chosen. */
export interface PlannedFault extends FaultOptions {
    readonly at: string
    readonly for?: string
    readonly every?: string
    readonly until?: string
}

/** A fault that comes when it likes. */
export interface RandomFault extends FaultOptions {
    /** How often it comes on average. */
    readonly perDay: number
    readonly for?: string | { readonly from: string; readonly to: string }
}

/** All that can go wrong, by the names in scenarios. */
export const FAULT_KINDS = [
    "server-down",
    "server-refuses",
    "server-stalls",
    "server-resets",
    "key-revoked",
    "database-down",
    "redis-down",
    "redis-restart",
    "server-clock",
    "wifi-gone",
    "toxic",
    "meter-off",
    "line",
    "reboot",
    "power-cut",
    "torn-write",
    "redeploy",
] as const

export type FaultKind = (typeof FAULT_KINDS)[number]
