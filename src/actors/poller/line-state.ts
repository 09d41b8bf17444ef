import type { Meter } from "../../line/meters/profile"
import type { PortError } from "../../line/ports/port"

/** A poll brought nothing usable. */
export interface LineTrouble {
    readonly meter: Meter
    /** A `ModbusError`, a `PortError`, or an `ImplausibleReading`. */
    readonly error: Error
    /** Polls missed in a row, this one included. */
    readonly missed: number
}

/** Whether one meter's values are known. */
export interface MeterState {
    readonly meter: Meter
    /** Whether its readings are published. If not, its values are unknown: the last reading no longer counts. */
    readonly answering: boolean
    /** Why it is unknown: the error of the latest poll; `undefined` while it answers. */
    readonly cause: Error | undefined
}

/** Whether the line's own hardware works. When it fails, no meter can be asked. */
export interface PortState {
    readonly works: boolean
    /** `undefined` while it works. */
    readonly cause: PortError | undefined
}
