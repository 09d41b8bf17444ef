import type { FaultName as LineFaultName } from "../../sim/line/faults"
import type { GatewayMode } from "../../sim/line/gateway"
import type { GatewayHabit } from "../../sim/line/gateway-habits"
import type { Toxic } from "../../sim/toxics/toxic"
import type { ActorName } from "../faulty-program/device/fault"
import type { Parity } from "../wiring/config"
import type { Report } from "./report-figures"

/**
 * A scenario as its file has it, with the defaults filled in; `scenarios/scenario.schema.json` says what each name means.
 * Durations are text, such as `90 s`.
 */
export interface Scenario {
    readonly description: string
    readonly duration: string
    readonly recovery: string
    readonly start: string
    readonly seed: number
    readonly meters: readonly ScenarioMeter[]
    /** In the water circuit of the first meter's heat pump; left out for none. */
    readonly heatMeter?: ScenarioMeter
    readonly line?: ScenarioLine
    readonly pollSeconds: number
    readonly uploadSeconds: number
    /** Which EmonCMS the server is, for example `9.8.10`. */
    readonly emoncmsVersion: string
    readonly timeline: readonly PlannedFault[]
    readonly random: readonly RandomFault[]
    /** The most that figures of the report should be, signs left out. */
    readonly expect: Partial<Report>
}

/** A meter of any shipped model that the line's speed suits. */
export interface ScenarioMeter {
    readonly name: string
    readonly model: string
    /** Slave address, 1 to 247. */
    readonly address: number
}

/** How characters stand on the line; what is left out is as the meters come. */
export interface ScenarioLine {
    readonly baud?: number
    readonly parity?: Parity
    readonly stopBits?: 1 | 2
    /** The meters are behind a gateway in the network, which has the other settings; left out for none. */
    readonly gateway?: GatewayMode
}

/** What goes wrong, and what this kind of fault is told. */
export interface FaultOptions {
    readonly fault: FaultKind
    /** How far the server's clock is off, or how much more so each hour, with a sign. */
    readonly by?: string
    /** A meter's name; all meters when left out. */
    readonly meter?: string
    readonly line?: LineFaultName
    /** The part of the exchanges on the line, or with the gateway, that is struck, 0 to 1. */
    readonly rate?: number
    readonly toxic?: Toxic
    readonly gateway?: GatewayHabit
    /** The actor of the program that is struck; one by chance when left out. */
    readonly actor?: ActorName
    readonly does?: "throw" | "hang"
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

/** All that can go wrong. */
export type FaultKind =
    | "server-down"
    | "server-refuses"
    | "server-stalls"
    | "server-resets"
    | "key-revoked"
    | "database-down"
    | "redis-down"
    | "redis-restart"
    | "another-writer"
    | "server-clock"
    | "server-drift"
    | "wifi-gone"
    | "toxic"
    | "meter-off"
    | "line"
    | "gateway"
    | "reboot"
    | "power-cut"
    | "torn-write"
    | "redeploy"
    | "actor-fault"
