import type { Field, RegisterRange } from "./profile"

/** Holding register of a Peacefair meter's slave address. */
export const ADDRESS_REGISTER = 2

/** Covers all `settings` of a profile, so that one reply shows which register is which. */
export function settingsRange(settings: Field[]): RegisterRange {
    const start = settings[1].register
    return { functionCode: 3, start, count: ADDRESS_REGISTER + 1 - start }
}
