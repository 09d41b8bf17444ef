import type { Config, MeterConfig, Wiring } from "../../tools/wiring/config"

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

/** The configuration with what the command line wants; `undefined` when that is nothing. */
export function fleetConfig({ meters, poll }: FleetOptions, wiring: Wiring): Config | undefined {
    if (meters === undefined && poll === undefined) return undefined
    const pollSeconds = poll ?? wiring.pollSeconds
    const rounds = Math.max(1, Math.floor(READINGS_PER_UPLOAD / (meters ?? wiring.meters.length)))
    const uploadSeconds = Math.min(wiring.uploadSeconds, rounds * pollSeconds)
    if (meters !== undefined) {
        return { line: { driver: "jacdac-serial" }, meters: fleet(meters), pollSeconds, uploadSeconds }
    }
    const { baud, parity, stopBits } = wiring
    const inputs = Object.fromEntries(wiring.inputs.map(({ field, name, unit }) => [field, { name, unit }]))
    return {
        line: { driver: "jacdac-serial", baud, parity, stopBits },
        meters: wiring.meters.map(({ facts: _, ...meter }) => meter),
        pollSeconds,
        uploadSeconds,
        ...(wiring.inputs.length > 0 ? { inputs } : {}),
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
