import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { pzem016 } from "../../../../src/generated/models/pzem-016"
import { decode, powerOfTen } from "../../../../src/line/meters/decode"
import { formatDecimal } from "../../../../src/line/meters/format"
import {
    coded,
    folded,
    i8,
    i16,
    i32,
    i32le,
    i64,
    i64le,
    known,
    u8,
    u16,
    u32,
    u32le,
    u64,
    u64le,
} from "../../../../src/line/meters/registers"
import { field, profileOf } from "../../profiles"
import { Xorshift } from "./xorshift"

/** Numbers up to 2^53 in four registers, high word first, made with Python's struct. */
const WIDE = [
    { registers: hex`001fffffffffffff`, value: 9007199254740991 },
    { registers: hex`0000000100000000`, value: 4294967296 },
    { registers: hex`00000000ffffffff`, value: 4294967295 },
    { registers: hex`0000000000000001`, value: 1 },
    { registers: hex`00000001424e617b`, value: 5407400315 },
    { registers: hex`00000005bbe8f88d`, value: 24627443853 },
    { registers: hex`000000242155a41c`, value: 155178083356 },
    { registers: hex`0000003d4b6ea010`, value: 263258546192 },
    { registers: hex`0000040a6e7c0c6a`, value: 4442849807466 },
    { registers: hex`00000adf258ececb`, value: 11953524100811 },
    { registers: hex`0000865fce5915e6`, value: 147746041959910 },
    { registers: hex`00039bc8d38cadcd`, value: 1015711775108557 },
    { registers: hex`000df9fabea7f239`, value: 3934030033056313 },
    { registers: hex`0008edaff306dc01`, value: 2513139766057985 },
    { registers: hex`0016c46541b79d35`, value: 6408388660927797 },
    { registers: hex`000efa4fd9959a62`, value: 4215870533769826 },
]

/** Registers with the low word first and the high byte first in each, made with the platform's little-endian store. */
function lowWordFirst(value: number): Buffer {
    const native = Buffer.alloc(4)
    native.setAt(0, "u32", value)
    return Buffer.from([native[1], native[0], native[3], native[2]])
}

function swapWords(registers: Buffer): Buffer {
    const swapped = Buffer.alloc(registers.length)
    const last = registers.length - 2
    for (let i = 0; i <= last; i = i + 2) {
        swapped[i] = registers[last - i]
        swapped[i + 1] = registers[last - i + 1]
    }
    return swapped
}

describe("integer decoding", () => {
    test("reads 8-bit values from either half of a register", () => {
        expect(u8(hex`12 FE`, 0)).toBe(0x12)
        expect(u8(hex`12 FE`, 1)).toBe(0xfe)
        expect(i8(hex`12 FE`, 1)).toBe(-2)
        expect(i8(hex`7F 80`, 0)).toBe(127)
        expect(i8(hex`7F 80`, 1)).toBe(-128)
    })

    test("reads 16-bit values as unsigned or two's complement", () => {
        expect(u16(hex`00 00`, 0)).toBe(0)
        expect(u16(hex`08 D1`, 0)).toBe(2257)
        expect(u16(hex`FF FF`, 0)).toBe(65535)
        expect(i16(hex`7F FF`, 0)).toBe(32767)
        expect(i16(hex`80 00`, 0)).toBe(-32768)
        expect(i16(hex`FF FF`, 0)).toBe(-1)
    })

    test("reads unsigned 32-bit values beyond the VM's signed range", () => {
        expect(u32le(hex`FF FF FF FF`, 0)).toBe(4294967295)
        expect(u32le(hex`00 00 80 00`, 0)).toBe(2147483648)
        expect(u32(hex`80 00 00 00`, 0)).toBe(2147483648)
        expect(u32le(hex`FF FF 7F FF`, 0)).toBe(2147483647)
        expect(u32le(hex`00 00 00 01`, 0)).toBe(65536)
        expect(u32(hex`00 00 00 01`, 0)).toBe(1)
    })

    test("reads signed 32-bit values as two's complement", () => {
        expect(i32(hex`FF FF FF FF`, 0)).toBe(-1)
        expect(i32(hex`80 00 00 00`, 0)).toBe(-2147483648)
        expect(i32(hex`7F FF FF FF`, 0)).toBe(2147483647)
        expect(i32le(hex`FF FE FF FF`, 0)).toBe(-2)
        expect(i32le(hex`FF FF 7F FF`, 0)).toBe(2147483647)
    })

    test("reads random 32-bit values in both word orders", async () => {
        const random = new Xorshift()
        for (let i = 0; i < 400; i++) {
            const value = random.next()
            const registers = lowWordFirst(value)
            expect(u32le(registers, 0)).toBe(value)
            expect(u32(swapWords(registers), 0)).toBe(value)
            if (i % 16 === 0) await ds.sleep(1)
        }
    })

    test("reads 64-bit values exactly up to 2^53, in both word orders", async () => {
        expect(u64(hex`00 1F FF FF FF FF FF FF`, 0)).toBe(9007199254740991)
        expect(i64(hex`FF E0 00 00 00 00 00 01`, 0)).toBe(-9007199254740991)
        expect(i64(hex`FF FF FF FF FF FF FF FF`, 0)).toBe(-1)
        expect(i64le(hex`FF FE FF FF FF FF FF FF`, 0)).toBe(-2)
        expect(u64le(hex`00 01 00 00 00 00 00 00`, 0)).toBe(1)
        for (const vector of WIDE) {
            expect(u64(vector.registers, 0)).toBe(vector.value)
            expect(i64(vector.registers, 0)).toBe(vector.value)
            expect(u64le(swapWords(vector.registers), 0)).toBe(vector.value)
            expect(i64le(swapWords(vector.registers), 0)).toBe(vector.value)
            await ds.sleep(1)
        }
    })

    test("treats values beyond 2^53 as unknown", () => {
        const profile = profileOf("m", [field("x", "", 0)], [u64], 8)
        expect(decode(profile, [hex`00 1F FF FF FF FF FF FF`])[0]).toBe(9007199254740991)
        expect(decode(profile, [hex`00 40 00 00 00 00 00 00`])[0]).toBe(undefined)
        expect(decode(profile, [hex`FF FF FF FF FF FF FF FF`])[0]).toBe(undefined)
    })

    test("returns NaN for a missing-value marker and for an unknown code", () => {
        expect(known(65535, 65534)).toBe(65535)
        expect("" + known(65535, 65535)).toBe("NaN")
        expect(coded(3, [2, 0.001, 3, 1])).toBe(1)
        expect(coded(2, [2, 1000, 3, 1])).toBe(1000)
        expect("" + coded(4, [2, 1000, 3, 1])).toBe("NaN")
        expect(100 / powerOfTen(2)).toBe(1)
    })

    test("unfolds a power factor whose magnitude exceeds 1", () => {
        expect(folded(0.5)).toBe(0.5)
        expect(folded(-0.5)).toBe(-0.5)
        expect(folded(1.5)).toBe(0.5)
        expect(folded(-1.25)).toBe(-0.75)
        expect(folded(1)).toBe(1)
    })

    test("decodes a large load: 4000 W, 40 A, 70 kWh", () => {
        const values = decode(pzem016, [hex`09 C4 9C 40 00 00 9C 40 00 00 11 70 00 01 01 F4 00 64 00 00`])
        expect(values.join(" ")).toBe("2500 40000 40000 70000 500 100 0")
    })

    test("keeps every digit of an energy above 2^31 Wh", () => {
        const values = decode(pzem016, [hex`09 C4 9C 40 00 00 9C 40 00 00 FF FF FF FF 01 F4 00 64 00 00`])
        expect(formatDecimal(values[3], 3)).toBe("4294967.295")
    })
})
