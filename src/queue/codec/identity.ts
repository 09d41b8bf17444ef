import type { Meter, Profile } from "../../line/meters/profile"
import { BlockError } from "./block"

/** Readings belong to a meter model that is no longer configured, so the meaning of their fields is unknown. */
export class UnknownModelError extends BlockError {}

/**
 * Returns the meter name in a meter's EmonCMS inputs; empty for the only meter of a line, whose inputs carry no name.
 * Together with the profile's mark, it identifies a meter within a block.
 * @param meters the configured meters, followed by the former ones that {@link meterFor} appends
 */
export function labelOf(meters: Meter[], { name, address }: Meter): string {
    return address === 0 || meters[1]?.address > 0 ? name : ""
}

/**
 * Finds the meter that readings in a block belong to. If it was removed or renamed, appends it to `meters` with the name
 * under which its readings were taken and with address 0.
 * @throws UnknownModelError
 */
export function meterFor(meters: Meter[], mark: number, label: string): Meter {
    let known: Profile | undefined
    for (const meter of meters) {
        const { profile } = meter
        if (profile.mark !== mark) continue
        if (labelOf(meters, meter) === label) return meter
        known = profile
    }
    if (!known) throw new UnknownModelError("readings of a meter model that is no longer configured are lost")
    const former = { name: label, profile: known, address: 0 }
    meters.push(former)
    return former
}
