import type { Target, Wiring } from "./config"
import { lineFor } from "./generate"

/** Tells the owner what a wiring means on a target. */
export function summary(wiring: Wiring, target: Target): string {
    const line = lineFor(wiring, target)
    const meters = wiring.meters.map(m => `${m.name} (${m.model} at address ${m.address})`).join(", ")
    const speed =
        line.driver === "tcp"
            ? ""
            : ` at ${wiring.baud} bit/s 8${wiring.parity[0]!.toUpperCase()}${wiring.stopBits}`
    const rates = `read every ${wiring.pollSeconds} s, uploaded every ${wiring.uploadSeconds} s`
    const text = `${meters} on ${line.driver}${speed}, ${rates}`
    if (line.driver === wiring.line.driver) return text
    return `${text}\nIn the simulator ${line.driver} stands in for ${wiring.line.driver}.`
}
