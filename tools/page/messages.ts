import type { ProgramStatus } from "../device/status"

/*
 * What live page and server say to each other, as JSON over a socket; the server several messages at once, in an array.
 * Times are in seconds since the Unix epoch, in the time of the house: that of the wall, or in the simulator the faster
 * one.
 */

/** Where values come from: what the device read, what the meter showed, and what EmonCMS has. */
export type TrackName = "read" | "shown" | "stored"

/** Values of one quantity; `null` where nobody knows it. */
export interface Points {
    readonly t: readonly number[]
    readonly v: readonly (number | null)[]
}

/** A fault that can be made at a click. */
export interface FaultButton {
    readonly id: string
    readonly group: "server" | "network" | "line" | "device"
    readonly label: string
    /** It goes on until it is ended; else it is over at once. */
    readonly lasts: boolean
    /** One of these has to be said with it. */
    readonly parts?: readonly string[]
}

/** What can be done to the house; only in the simulator. */
export interface HouseControls {
    /** Where a browser sees what EmonCMS has: the stand-in's page, or the real server. */
    readonly emoncms: string
    readonly faults: readonly FaultButton[]
    /** `undefined` where time cannot run faster, and why. */
    readonly speeds: readonly number[]
    readonly scenarios: readonly { readonly file: string; readonly description: string }[]
}

/** The first message to a page. */
export interface Hello {
    readonly type: "hello"
    readonly meters: readonly string[]
    /** What else than the device's own readings there is. */
    readonly tracks: readonly TrackName[]
    readonly controls: HouseControls | undefined
    readonly log: readonly LogLine[]
    readonly uploads: readonly Upload[]
}

/** How everything is now. */
export interface State {
    readonly type: "state"
    readonly now: number
    /** What the program said last; `undefined` while nothing is known. */
    readonly work: Omit<ProgramStatus, "meters"> | undefined
    /** Why EmonCMS takes nothing, in the program's words; `undefined` while it does. */
    readonly trouble: string | undefined
    /** Why the device says nothing; `undefined` while it does. */
    readonly silence: string | undefined
    readonly energy: readonly MeterEnergy[]
    readonly house: HouseState | undefined
}

export interface HouseState {
    readonly speed: number
    /** Faults that are going on. */
    readonly faults: readonly string[]
    /** Something that is being done, in words. */
    readonly busy: string | undefined
    readonly scenario: ScenarioState | undefined
}

export interface ScenarioState {
    readonly file: string
    /** The part that is over, 0 to 1. */
    readonly progress: number
    /** What is going on in it, in words. */
    readonly now: readonly string[]
}

/** Energy of a meter, in kWh. */
export interface MeterEnergy {
    readonly meter: string
    /** What was counted since midnight, or since then. */
    readonly today: number
    readonly since: number
    /** `undefined` when nobody was looking. */
    readonly yesterday: number | undefined
    /** The meter tells of no voltage: what it counts is heat. */
    readonly isHeat: boolean
}

export interface LogLine {
    /** `undefined` when nobody knew what time it was. */
    readonly t: number | undefined
    /** 0 debug to 4 error. */
    readonly level: number
    readonly source: string
    readonly text: string
}

/** A request to EmonCMS, and what came of it. */
export interface Upload {
    readonly t: number
    readonly request: string
    /** Status and body of the answer, or what went wrong. */
    readonly answer: string
    readonly ok: boolean
}

/** Something that went from one part of the program to another. */
export type Move = "reading" | "trouble" | "accepted" | "failure" | "clock" | "record"

export type ToPage =
    | Hello
    | State
    /** All of one quantity, as an answer to `watch`. */
    | {
          readonly type: "series"
          readonly meter: string
          readonly quantity: string
          readonly tracks: Partial<Record<TrackName, Points>>
          /** The latest of all quantities as the device read them, for small pictures. */
          readonly recent: Readonly<Record<string, Points>>
      }
    /** A further sample of a meter; no values when it does not answer. */
    | {
          readonly type: "sample"
          readonly meter: string
          readonly track: "read" | "shown"
          readonly t: number
          readonly values: Readonly<Record<string, number>> | undefined
      }
    /** What EmonCMS has of the watched quantity from a time on, in place of what it had. */
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
    /** What was asked for could not be done. */
    | { readonly type: "failure"; readonly text: string }

export type FromPage =
    | { readonly type: "watch"; readonly meter: string; readonly quantity: string }
    | { readonly type: "begin"; readonly fault: string; readonly part?: string }
    | { readonly type: "end"; readonly fault: string }
    | { readonly type: "speed"; readonly speed: number }
    | { readonly type: "play"; readonly file: string }
    | { readonly type: "stop" }
