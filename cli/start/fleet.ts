import type { Config, MeterConfig } from "../../tools/wiring/config"
import { defaults } from "../../tools/wiring/schema-check"

/** The command line's changes to `devicescript.json`. */
export interface FleetOptions {
    /** Number of virtual meters to use instead of the wired ones. */
    readonly meters?: number
    /** How many of them do not answer. */
    readonly dead?: number
    /** Seconds from one poll to the next. */
    readonly poll?: number
}

/** Most readings between two uploads, so that those of many or frequently polled meters do not pile up. */
const READINGS_PER_UPLOAD = 16

/** The wired configuration with the command line's changes. */
export function fleetConfig({ meters: count, poll }: FleetOptions, wired: Config): Config {
    if (count === undefined && poll === undefined) return wired
    const { pollSeconds = defaults.pollSeconds, uploadSeconds = defaults.uploadSeconds } = wired
    const meters = count === undefined ? wired.meters : fleet(count)
    const pace = poll ?? pollSeconds
    const rounds = Math.max(1, Math.floor(READINGS_PER_UPLOAD / meters.length))
    return {
        ...wired,
        meters,
        pollSeconds: pace,
        uploadSeconds: Math.min(uploadSeconds, rounds * pace),
        // The configured inputs are for the fields of the wired meters.
        inputs: count === undefined ? wired.inputs : undefined,
    }
}

/** Makes `meter1` at address 1, and so on. */
function fleet(count: number): MeterConfig[] {
    return Array.from({ length: count }, (_, i) => ({
        name: `meter${i + 1}`,
        model: "pzem-016",
        address: i + 1,
    }))
}
