import type { LineSettings } from "../../sim/line/serial-line"
import type { Wiring } from "./config"

/** The line settings of a wiring, in the form that the simulator uses. */
export function serialSettings({
    baud,
    parity,
    stopBits,
}: Pick<Wiring, "baud" | "parity" | "stopBits">): LineSettings {
    return { baudRate: baud, stopBits, ...(parity === "none" ? {} : { parity }) }
}
