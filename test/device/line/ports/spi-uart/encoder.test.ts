import { describe, expect, test } from "@devicescript/test"
import { BitTiming, type LineFormat } from "../../../../../src/line/ports/spi-uart/bit-timing"
import { encode } from "../../../../../src/line/ports/spi-uart/encoder"

/** The samples of one character, drawn into an idle line from byte 1 on. */
function encoded(character: number, format: LineFormat): string {
    const timing = new BitTiming(format)
    const line = Buffer.alloc(timing.characterBytes + 2)
    line.fillAt(0, line.length, 0xff)
    encode(character, timing, line, 1)
    expect(line[0]).toBe(0xff)
    expect(line[line.length - 1]).toBe(0xff)
    return line.slice(1, 1 + timing.characterBytes).toString("hex")
}

// The expected samples are drawn by hand. At 78125 Hz the bits of a character at 9600 bit/s begin at samples 0, 8, 16, 24,
// 33, 41, 49, 57, 65 and 73. A byte holds eight samples; the first is its highest bit.
describe("spi-uart encoder", () => {
    test("draws 00: low until the stop bit", () => {
        expect(encoded(0x00, { baud: 9600, stopBits: 1 })).toBe("0000000000000000007fff")
    })

    test("draws FF: the start bit alone is low", () => {
        expect(encoded(0xff, { baud: 9600, stopBits: 1 })).toBe("00ffffffffffffffffffff")
    })

    test("draws 55, which changes at every bit", () => {
        expect(encoded(0x55, { baud: 9600, stopBits: 1 })).toBe("00ff00ff807f807f807fff")
    })

    test("draws 0D: bits 1 0 1 1 0 0 0 0", () => {
        expect(encoded(0x0d, { baud: 9600, stopBits: 1 })).toBe("00ff00ffff80000000" + "7fff")
    })

    test("adds a byte for a second stop bit", () => {
        expect(encoded(0x55, { baud: 9600, stopBits: 2 })).toBe("00ff00ff807f807f807fffff")
    })

    test("adds a parity bit from sample 73 to 81", () => {
        // 55 has four ones: even parity 0, odd parity 1
        expect(encoded(0x55, { baud: 9600, stopBits: 1, parity: "even" })).toBe("00ff00ff807f807f80007fff")
        expect(encoded(0x55, { baud: 9600, stopBits: 1, parity: "odd" })).toBe("00ff00ff807f807f807fffff")
    })

    test("doubles the bit length at half the baud rate", () => {
        // bits begin at 0, 16, 33, 49, 65, 81, 98, 114, 130, 146
        const drawn = encoded(0x00, { baud: 4800, stopBits: 1 })
        expect(drawn).toBe("0000000000000000000000000000000000003fffff")
    })

    test("throws when the buffer is too short", () => {
        const line = Buffer.alloc(8)
        expect(() => encode(0, new BitTiming({ baud: 9600, stopBits: 1 }), line, 0)).toThrow()
    })
})
