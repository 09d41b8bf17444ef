import type { FaultName as LineFaultName } from "../../sim/line/faults"
import type { GatewayMode } from "../../sim/line/gateway"
import type { GatewayHabit } from "../../sim/line/gateway-habits"
import type { Toxic } from "../../sim/toxics/toxic"
import type { ActorName } from "../faulty-program/device/fault"
import type { Parity } from "../wiring/config"
import type { Report } from "./report-figures"

/**
 * The contents of a scenario file, with the defaults filled in. `scenarios/scenario.schema.json` explains the names.
 * Durations are text, such as `90 s`.
 */
export interface Scenario {
    readonly description: string
    readonly duration: string
    readonly recovery: string
    readonly start: string
    readonly seed: number
    readonly meters: readonly ScenarioMeter[]
    /** A heat meter in the water circuit of the first meter's heat pump, if any. */
    readonly heatMeter?: ScenarioMeter
    readonly line?: ScenarioLine
    readonly pollSeconds: number
    readonly uploadSeconds: number
    /** The server's version of EmonCMS, for example `9.8.10`. */
    readonly emoncmsVersion: string
    readonly timeline: readonly PlannedFault[]
    readonly random: readonly RandomFault[]
    /** Upper limits for the absolute values of the report's figures. */
    readonly expect: Partial<Report>
}

/** A meter of any shipped model that supports the line's speed. */
export interface ScenarioMeter {
    readonly name: string
    readonly model: string
    /** Modbus address, 1 to 247. */
    readonly address: number
}

/** Settings of the line. Each defaults to the meters' factory setting. */
export interface ScenarioLine {
    readonly baud?: number
    readonly parity?: Parity
    readonly stopBits?: 1 | 2
    /** The meters are behind a gateway in the network, which has the line's settings. If omitted, there is no gateway. */
    readonly gateway?: GatewayMode
}

/** A kind of fault with its parameters. */
export interface FaultOptions {
    readonly fault: FaultKind
    /** How far the server's clock is off, or how far it drifts in an hour, with a sign. */
    readonly by?: string
    /** A meter's name; if omitted, the fault affects all meters. */
    readonly meter?: string
    readonly line?: LineFaultName
    /** The share of exchanges on the line, or with the gateway, that is affected, 0 to 1. */
    readonly rate?: number
    readonly toxic?: Toxic
    readonly gateway?: GatewayHabit
    /** The actor of the program that fails; a random one if omitted. */
    readonly actor?: ActorName
    readonly does?: "throw" | "hang"
}

/** A fault at a given time. */
export interface PlannedFault extends FaultOptions {
    readonly at: string
    readonly for?: string
    readonly every?: string
    readonly until?: string
}

/** A fault at random times. */
export interface RandomFault extends FaultOptions {
    /** How often it occurs per day, on average. */
    readonly perDay: number
    readonly for?: string | { readonly from: string; readonly to: string }
}

/** Everything that can go wrong. */
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
