import type { Meter } from "../../line/meters/profile"

/** Tells meters apart in a block: the slave address, and below it eight bits of the profile. */
export function tagOf({ address, profile }: Meter): number {
    return address * 256 + profile.mark
}
