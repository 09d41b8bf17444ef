import { fieldCount } from "../../line/meters/fields"
import type { Meter } from "../../line/meters/profile"

/** So many fields fit into a block, whatever their values. */
export const MOST_FIELDS = 31

/** A meter, as the codec sees it. */
export interface MeterLayout {
    readonly meter: Meter
    /** Tells meters apart in a block: the slave address, and below it eight bits of the profile. */
    readonly tag: number
}

/** @throws RangeError when a reading has too many fields for a block */
export function layoutOf(meter: Meter): MeterLayout {
    const { profile, address } = meter
    if (fieldCount(profile) > MOST_FIELDS) throw new RangeError(profile.model + " has too many fields")
    return { meter, tag: address * 256 + profile.mark }
}
