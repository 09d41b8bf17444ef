import type { LineSettings } from "../../sim/line/serial-line"
import type { Wiring } from "./config"

/** How characters stand on the line that a wiring means. */
export function serialSettings({
    baud,
    parity,
    stopBits,
}: Pick<Wiring, "baud" | "parity" | "stopBits">): LineSettings {
    return { baudRate: baud, stopBits, ...(parity === "none" ? {} : { parity }) }
}
