import { Topic } from "../../kernel/topic"

/** What can be requested from the line, besides readings. */
export type LineCommand =
    /** Reads the alarm thresholds of a meter. */
    | { readonly name: "read-alarm"; readonly meter: string }
    /** Sets one of them. */
    | {
          readonly name: "set-alarm"
          readonly meter: string
          /** Name of the threshold; may be left out for a meter that has only one. */
          readonly threshold?: string
          /** In the threshold's unit. */
          readonly value: number
      }
    /** Changes the address of a meter; `from` can be the general address 248 on a line with one meter. */
    | { readonly name: "set-address"; readonly from: number; readonly to: number }
    /** Sets the energy counter of a meter to 0. */
    | { readonly name: "reset-energy"; readonly meter: string }
    /** Asks every address from `first` to `last` whether a meter is there. */
    | { readonly name: "scan"; readonly first: number; readonly last: number }
    /** Finds out what is wrong with the line, or with which meter. */
    | { readonly name: "diagnose" }

/** A command with an id. Meters are named as in `devicescript.json`. */
export interface LineRequest {
    /** Chosen by the requester; progress and response carry it. */
    readonly id: number
    readonly command: LineCommand
}

/** The progress of a request. */
export interface LineProgress {
    readonly id: number
    /** Steps that are done. */
    readonly done: number
    readonly total: number
    /** What the latest step has found, in words; `undefined` if it is not worth reporting. */
    readonly finding: string | undefined
}

/** The end of a request: every request gets exactly one. */
export interface LineResponse {
    readonly id: number
    readonly done: boolean
    /** The result in words, or why there is none. */
    readonly text: string
}

/** The topics through which the poller gets commands and answers them. Only the poller touches the line. */
export class LineDesk {
    readonly requests = new Topic<LineRequest>("line requests")
    readonly progress = new Topic<LineProgress>("line progress")
    readonly responses = new Topic<LineResponse>("line responses")
}
