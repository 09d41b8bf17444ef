import type { Meter, Profile } from "../../line/meters/profile"
import { BlockError } from "./block"

/** Readings are of a meter model that is not configured any more, so nobody knows what their fields mean. */
export class UnknownModelError extends BlockError {}

/**
 * The name under which a meter's readings go to EmonCMS: empty for the only one of a line, whose inputs have none. With the
 * profile's mark it tells meters apart in a block.
 * @param meters the configured ones, and behind them those that have gone, see {@link meterFor}
 */
export function labelOf(meters: Meter[], { name, address }: Meter): string {
    return address === 0 || meters[1]?.address > 0 ? name : ""
}

/**
 * The meter that readings in a block are of. One that was removed, or had another name, is added behind the others, with the
 * name under which its readings were taken and address 0.
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
    if (!known)
        throw new UnknownModelError("readings of a meter model that is not configured any more are lost")
    const former = { name: label, profile: known, address: 0 }
    meters.push(former)
    return former
}
