import type { Field, Profile, RegisterRange } from "./profile"

/** The VM's text of an integer is exact up to 14 digits. */
const MAX_EXACT = 1e14

/**
 * The values of one poll.
 *
 * @param replies the registers that each of `profile.reads` brought, high byte first, in that order
 * @returns an integer for each of `profile.fields`; `undefined` where no reply holds the field or where the meter
 * sent a float that is no number or has more than 14 digits
 */
export function decode(profile: Profile, replies: Buffer[]): number[] {
    return profile.fields.map(field => {
        for (let i = 0; i < replies.length; i++) {
            const value = decodeField(field, profile.reads[i], replies[i])
            if (value !== undefined) return value
        }
        return undefined
    })
}

/** The value of one field in the registers that a read of `range` brought; `undefined` as for {@link decode}. */
export function decodeField(field: Field, range: RegisterRange, registers: Buffer): number {
    const { type } = field
    const at = 2 * (field.register - range.start)
    const isWord = type === "u16" || type === "i16"
    if (at < 0 || at + (isWord ? 2 : 4) > registers.length) return undefined
    const first = (registers[at] << 8) | registers[at + 1]
    if (isWord) return type === "u16" || first < 0x8000 ? first : first - 0x10000
    const second = (registers[at + 2] << 8) | registers[at + 3]
    // No shift by 16 here: the VM's shifts are signed, 32-bit values are not.
    if (type === "u32le") return second * 0x10000 + first
    if (type === "u32be") return first * 0x10000 + second
    const littleEndian = Buffer.alloc(4)
    for (let i = 0; i < 4; i++) littleEndian[i] = registers[at + 3 - i]
    const value = Math.round(littleEndian.getAt(0, "f32") * powerOfTen(field.decimals))
    return value > -MAX_EXACT && value < MAX_EXACT ? value : undefined
}

/** 10 to the power of a small whole number, exactly. */
export function powerOfTen(exponent: number): number {
    let power = 1
    for (let i = 0; i < exponent; i++) power *= 10
    return power
}
