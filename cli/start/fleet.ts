import type { Config, MeterConfig } from "../../tools/wiring/config"
import { defaults } from "../../tools/wiring/schema-check"

/** What the command line wants different from `devicescript.json`. */
export interface FleetOptions {
    /** So many virtual meters instead of those that are wired. */
    readonly meters?: number
    /** So many of them do not answer. */
    readonly dead?: number
    /** Seconds from one poll to the next. */
    readonly poll?: number
}

/** Readings of many meters, or at a fast pace, must not pile up until the next upload. */
const READINGS_PER_UPLOAD = 16

/** What is wired, with what the command line wants instead. */
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
        // they are named by the fields of the meters that are wired
        inputs: count === undefined ? wired.inputs : undefined,
    }
}

/** `meter1` at address 1, and so on. */
function fleet(count: number): MeterConfig[] {
    return Array.from({ length: count }, (_, i) => ({
        name: `meter${i + 1}`,
        model: "pzem-016",
        address: i + 1,
    }))
}
