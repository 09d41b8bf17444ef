import type { Config } from "../wiring/config"
import list from "./failed-wirings.json"
import type { Day } from "./trial"

/** A random wiring that once failed its trial. */
export interface FailedWiring {
    /** The seed with which it was drawn and tried. */
    readonly seed: number
    /** What went wrong, if it was noted. */
    readonly shown?: string
    /** Default: a bad day. */
    readonly day?: Day
    /** Heap that must stay free, in bytes, because less was too little. */
    readonly leastFreeBytes?: number
    /** Whether `configure` refuses it meanwhile. */
    readonly refused?: boolean
    /** As it was drawn then, because a seed draws something else as soon as there is another model or board. */
    readonly config: Config
}

/** All random wirings that once failed, to be tried again. */
export const failedWirings = list as readonly FailedWiring[]
