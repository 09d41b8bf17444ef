import { fieldCount } from "../../line/meters/fields"
import type { Meter, Profile } from "../../line/meters/profile"
import { BlockError } from "./block"

/** So many fields fit into a block, whatever their values. */
export const MOST_FIELDS = 31

/** A meter, as the codec sees it. */
export interface MeterLayout {
    readonly meter: Meter
    /**
     * The name under which its readings go to EmonCMS: empty for the only meter of a line, whose inputs have none. With
     * {@link Profile.mark} it tells meters apart in a block.
     */
    readonly label: string
}

/** Readings are of a meter model that is not configured any more, so nobody knows what their fields mean. */
export class UnknownModelError extends BlockError {}

/**
 * The configured meters, as the codec sees them.
 * @throws RangeError when a reading has too many fields for a block
 */
export function layoutsOf(meters: Meter[]): MeterLayout[] {
    const isSeveral = meters.length > 1
    return meters.map(meter => {
        const { profile, name } = meter
        if (fieldCount(profile) > MOST_FIELDS) throw new RangeError(profile.model + " has too many fields")
        return { meter, label: isSeveral ? name : "" }
    })
}

/**
 * The meter that readings in a block are of. One that was removed or has another name now is added to the others, with
 * the name that it had and address 0.
 * @throws UnknownModelError
 */
export function layoutFor(layouts: MeterLayout[], mark: number, label: string): MeterLayout {
    let known: Profile
    for (const layout of layouts) {
        const { profile } = layout.meter
        if (profile.mark !== mark) continue
        if (layout.label === label) return layout
        known = profile
    }
    if (!known)
        throw new UnknownModelError("readings of a meter model that is not configured any more are lost")
    const former = { meter: { name: label, profile: known, address: 0 }, label: label }
    layouts.push(former)
    return former
}
