import type { ProgramStatus } from "../device/status"

/*
 * The messages between live page and server, as JSON over a web socket. The server sends arrays of messages. Times are in
 * seconds since the Unix epoch, by the clock of the house: the wall clock, or the simulator's, which may run faster.
 */

/** The source of values: what the device read, what the meter showed, or what EmonCMS has. */
export type TrackName = "read" | "shown" | "stored"

/** Values of one quantity; `null` while it is unknown. */
export interface Points {
    readonly t: readonly number[]
    readonly v: readonly (number | null)[]
}

/** A fault that a click can cause. */
export interface FaultButton {
    readonly id: string
    readonly group: "server" | "network" | "line" | "device"
    readonly label: string
    /** It continues until it is ended. Otherwise it is over at once. */
    readonly lasts: boolean
    /** If present, one of these must be chosen. */
    readonly parts?: readonly string[]
}

/** What the page can do to the house; only in the simulator. */
export interface HouseControls {
    /** Address at which a browser sees what EmonCMS has: the stand-in's page, or the real server. */
    readonly emoncms: string
    readonly faults: readonly FaultButton[]
    /** Empty if time cannot run faster. */
    readonly speeds: readonly number[]
    readonly scenarios: readonly { readonly file: string; readonly description: string }[]
}

/** The first message to a page. */
export interface Hello {
    readonly type: "hello"
    readonly meters: readonly string[]
    /** The sources that this house has. */
    readonly tracks: readonly TrackName[]
    readonly controls: HouseControls | undefined
    readonly log: readonly LogLine[]
    readonly uploads: readonly Upload[]
}

/** The current state. */
export interface State {
    readonly type: "state"
    readonly now: number
    /** The program's latest status; `undefined` while it is unknown. */
    readonly work: Omit<ProgramStatus, "meters"> | undefined
    /** Why EmonCMS accepts nothing, in the program's words; `undefined` while it does. */
    readonly trouble: string | undefined
    /** Why the device is silent; `undefined` while it is not. */
    readonly silence: string | undefined
    readonly energy: readonly MeterEnergy[]
    readonly house: HouseState | undefined
}

export interface HouseState {
    readonly speed: number
    /** Faults in effect, by the ids of their buttons. */
    readonly faults: readonly string[]
    /** An action in progress, in words. */
    readonly busy: string | undefined
    readonly scenario: ScenarioState | undefined
}

export interface ScenarioState {
    readonly file: string
    /** The part that has passed, 0 to 1. */
    readonly progress: number
    /** The scenario's faults in effect, in words. */
    readonly now: readonly string[]
}

/** A meter's energy, in kWh. */
export interface MeterEnergy {
    readonly meter: string
    /** Counted since `since`: midnight, or the first value if that came later. */
    readonly today: number
    readonly since: number
    /** `undefined` if the meter was not watched then. */
    readonly yesterday: number | undefined
    /** The meter reports no voltage, so it counts heat. */
    readonly isHeat: boolean
}

export interface LogLine {
    /** `undefined` if the time was unknown. */
    readonly t: number | undefined
    /** 0 debug to 4 error. */
    readonly level: number
    readonly source: string
    readonly text: string
}

/** A request to EmonCMS, and its outcome. */
export interface Upload {
    readonly t: number
    readonly request: string
    /** Status and body of the answer, or what went wrong. */
    readonly answer: string
    readonly ok: boolean
}

/** Something that one part of the program has passed to another. */
export type Move = "reading" | "trouble" | "accepted" | "failure" | "clock" | "record"

export type ToPage =
    | Hello
    | State
    /** All values of one quantity, in reply to `watch`. */
    | {
          readonly type: "series"
          readonly meter: string
          readonly quantity: string
          readonly tracks: Partial<Record<TrackName, Points>>
          /** The latest values of all quantities that the device read, for the small charts. */
          readonly recent: Readonly<Record<string, Points>>
      }
    /** A new sample of a meter. `undefined` values mean that the meter does not answer. */
    | {
          readonly type: "sample"
          readonly meter: string
          readonly track: "read" | "shown"
          readonly t: number
          readonly values: Readonly<Record<string, number>> | undefined
      }
    /** The values of the watched quantity that EmonCMS has from a time on. They replace the earlier ones. */
    | {
          readonly type: "stored"
          readonly meter: string
          readonly quantity: string
          readonly from: number
          readonly points: Points
      }
    | { readonly type: "log"; readonly lines: readonly LogLine[] }
    | { readonly type: "uploads"; readonly uploads: readonly Upload[] }
    | { readonly type: "moves"; readonly moves: readonly Move[] }
    /** The page's request could not be carried out. */
    | { readonly type: "failure"; readonly text: string }

export type FromPage =
    | { readonly type: "watch"; readonly meter: string; readonly quantity: string }
    | { readonly type: "begin"; readonly fault: string; readonly part?: string }
    | { readonly type: "end"; readonly fault: string }
    | { readonly type: "speed"; readonly speed: number }
    | { readonly type: "play"; readonly file: string }
    | { readonly type: "stop" }
