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
            if (isWithin(field, profile.reads[i])) return decodeField(field, profile.reads[i], replies[i])
        }
        return undefined
    })
}

/** The value of one field within the registers that a read of `range` brought. */
export function decodeField(field: Field, range: RegisterRange, registers: Buffer): number {
    const at = 2 * (field.register - range.start)
    const first = (registers[at] << 8) | registers[at + 1]
    if (field.type === "u16") return first
    if (field.type === "i16") return first < 0x8000 ? first : first - 0x10000
    const second = (registers[at + 2] << 8) | registers[at + 3]
    // No shift by 16 here: the VM's shifts are signed, 32-bit values are not.
    if (field.type === "u32le") return second * 0x10000 + first
    if (field.type === "u32be") return first * 0x10000 + second
    return decodeFloat(field, registers, at)
}

/** 10 to the power of a small whole number, exactly. */
export function powerOfTen(exponent: number): number {
    let power = 1
    for (let i = 0; i < exponent; i++) power *= 10
    return power
}

function isWithin(field: Field, range: RegisterRange): boolean {
    const size = field.type === "u16" || field.type === "i16" ? 1 : 2
    return field.register >= range.start && field.register + size <= range.start + range.count
}

function decodeFloat(field: Field, registers: Buffer, at: number): number {
    const littleEndian = Buffer.alloc(4)
    for (let i = 0; i < 4; i++) littleEndian[i] = registers[at + 3 - i]
    const value = Math.round(littleEndian.getAt(0, "f32") * powerOfTen(field.decimals))
    return value > -MAX_EXACT && value < MAX_EXACT ? value : undefined
}
