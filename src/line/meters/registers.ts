/*
 * Decoders of register contents, high byte first. A wiring includes only those that its meter models need.
 */

const WORD = 0x10000
const TWO_WORDS = 0x100000000

/** A byte. */
export function u8(registers: Buffer, at: number): number {
    return registers[at]
}

/** A byte, two's complement. */
export function i8(registers: Buffer, at: number): number {
    return signed(registers[at], 0x80)
}

/** One register, unsigned. */
export function u16(registers: Buffer, at: number): number {
    return (registers[at] << 8) | registers[at + 1]
}

/** One register, two's complement. */
export function i16(registers: Buffer, at: number): number {
    return signed(u16(registers, at), 0x8000)
}

/** Two registers, unsigned, high word first. */
export function u32(registers: Buffer, at: number): number {
    // No shift by 16 here: the VM's shifts are signed, but these values are not.
    return u16(registers, at) * WORD + u16(registers, at + 2)
}

/** Two registers, unsigned, low word first. */
export function u32le(registers: Buffer, at: number): number {
    return u16(registers, at + 2) * WORD + u16(registers, at)
}

/** Two registers, two's complement, high word first. */
export function i32(registers: Buffer, at: number): number {
    return signed(u32(registers, at), TWO_WORDS / 2)
}

/** Two registers, two's complement, low word first. */
export function i32le(registers: Buffer, at: number): number {
    return signed(u32le(registers, at), TWO_WORDS / 2)
}

/** Four registers, unsigned, high word first; exact up to 2^53. */
export function u64(registers: Buffer, at: number): number {
    return u32(registers, at) * TWO_WORDS + u32(registers, at + 4)
}

/** Four registers, unsigned, low word first; exact up to 2^53. */
export function u64le(registers: Buffer, at: number): number {
    return u32le(registers, at + 4) * TWO_WORDS + u32le(registers, at)
}

/** Four registers, two's complement, high word first; exact between -2^53 and 2^53. */
export function i64(registers: Buffer, at: number): number {
    return i32(registers, at) * TWO_WORDS + u32(registers, at + 4)
}

/** Four registers, two's complement, low word first; exact between -2^53 and 2^53. */
export function i64le(registers: Buffer, at: number): number {
    return i32le(registers, at + 4) * TWO_WORDS + u32le(registers, at)
}

/** Two registers, IEEE 754 single, high word first. */
export function f32(registers: Buffer, at: number): number {
    return single(registers, at, at + 2)
}

/** Two registers, IEEE 754 single, low word first. */
export function f32le(registers: Buffer, at: number): number {
    return single(registers, at + 2, at)
}

/** Decodes a power factor in which a magnitude above 1 stands for 2 minus that magnitude (Schneider). */
export function folded(factor: number): number {
    if (factor > 1) return 2 - factor
    return factor < -1 ? -2 - factor : factor
}

/** `value`, or NaN if it is the pattern for "no value". */
export function known(value: number, unavailable: number): number {
    return value === unavailable ? NaN : value
}

function single(registers: Buffer, high: number, low: number): number {
    const littleEndian = Buffer.alloc(4)
    littleEndian[0] = registers[low + 1]
    littleEndian[1] = registers[low]
    littleEndian[2] = registers[high + 1]
    littleEndian[3] = registers[high]
    return littleEndian.getAt(0, "f32")
}

function signed(value: number, half: number): number {
    return value < half ? value : value - 2 * half
}

/** The number that a code stands for, or NaN; `table` holds pairs of code and number. */
export function coded(code: number, table: number[]): number {
    for (let i = 0; i < table.length; i = i + 2) if (table[i] === code) return table[i + 1]
    return NaN
}
