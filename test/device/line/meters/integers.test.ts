import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { decode, decodeField } from "../../../../src/line/meters/decode"
import { formatDecimal } from "../../../../src/line/meters/format"
import type { FieldType } from "../../../../src/line/meters/profile"
import { pzem016 } from "../../../../src/line/meters/pzem-016"
import { Xorshift } from "./xorshift"

const RANGE = { functionCode: 4 as const, start: 0, count: 4 }

/** Two registers, each high byte first, with the low word in front; made by the platform's own little-endian store. */
function lowWordFirst(value: number): Buffer {
    const native = Buffer.alloc(4)
    native.setAt(0, "u32", value)
    return Buffer.from([native[1], native[0], native[3], native[2]])
}

function swapWords(registers: Buffer): Buffer {
    return Buffer.concat(registers.slice(2, 4), registers.slice(0, 2))
}

function decodeAs(type: FieldType, registers: Buffer): number {
    return decodeField({ name: "x", unit: "", register: 0, type, decimals: 0 }, RANGE, registers)
}

describe("integers in registers", () => {
    test("of 16 bits are unsigned or two's complement by their type", () => {
        expect(decodeAs("u16", hex`00 00`)).toBe(0)
        expect(decodeAs("u16", hex`08 D1`)).toBe(2257)
        expect(decodeAs("u16", hex`FF FF`)).toBe(65535)
        expect(decodeAs("i16", hex`7F FF`)).toBe(32767)
        expect(decodeAs("i16", hex`80 00`)).toBe(-32768)
        expect(decodeAs("i16", hex`FF FF`)).toBe(-1)
    })

    test("of 32 bits are unsigned, also where the VM's own are signed", () => {
        expect(decodeAs("u32le", hex`FF FF FF FF`)).toBe(4294967295)
        expect(decodeAs("u32le", hex`00 00 80 00`)).toBe(2147483648)
        expect(decodeAs("u32be", hex`80 00 00 00`)).toBe(2147483648)
        expect(decodeAs("u32le", hex`FF FF 7F FF`)).toBe(2147483647)
        expect(decodeAs("u32le", hex`00 00 00 01`)).toBe(65536)
        expect(decodeAs("u32be", hex`00 00 00 01`)).toBe(1)
    })

    test("of 32 bits are right over the whole range, in both word orders", async () => {
        const random = new Xorshift()
        for (let i = 0; i < 400; i++) {
            const value = random.next()
            const registers = lowWordFirst(value)
            expect(decodeAs("u32le", registers)).toBe(value)
            expect(decodeAs("u32be", swapWords(registers))).toBe(value)
            if (i % 16 === 0) await ds.sleep(1)
        }
    })

    test("of a big load are right: 4000 W, 40 A, 70 kWh", () => {
        const values = decode(pzem016, [hex`09 C4 9C 40 00 00 9C 40 00 00 11 70 00 01 01 F4 00 64 00 00`])
        expect(values.join(" ")).toBe("2500 40000 40000 70000 500 100 0")
    })

    test("of an energy above 2^31 Wh keep every digit in their text", () => {
        const values = decode(pzem016, [hex`09 C4 9C 40 00 00 9C 40 00 00 FF FF FF FF 01 F4 00 64 00 00`])
        expect(formatDecimal(values[3], 3)).toBe("4294967.295")
    })
})
