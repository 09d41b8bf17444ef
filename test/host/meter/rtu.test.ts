import fc from "fast-check"
import { expect, test } from "vitest"
import { parseRequest, withCrc } from "../../../sim/meter/rtu"
import { bytes, frame, hex } from "./asking"

/** Frames with CRCs that others computed: real devices, and the manuals. */
const VECTORS = [
    "F8 06 00 02 00 01 FD A3",
    "01 04 14 08 D1 00 6C 00 00 00 F4 00 00 00 26 00 00 01 F4 00 64 00 00 51 34",
    "01 04 14 08 C4 00 6C 00 00 00 F1 00 00 18 3D 00 00 01 F4 00 63 00 00 DA 70",
    "01 04 10 05 40 00 0A 00 0D 00 00 00 02 00 00 00 00 00 00 D6 29",
    "01 04 00 00 00 02 71 CB",
    "01 04 04 43 66 33 34 1B 38",
]

test.each(VECTORS)("appends the CRC of %s", vector => {
    expect(hex(withCrc(bytes(vector).slice(0, -2)))).toBe(vector)
})

test("agrees with the CRC of modbus-serial", () => {
    fc.assert(
        fc.property(fc.uint8Array({ minLength: 2, maxLength: 250 }), body => {
            expect(withCrc(body)).toEqual(frame(hex(body)))
        }),
    )
})

test("parses a request", () => {
    expect(parseRequest(bytes("F8 06 00 02 00 01 FD A3"))).toEqual({
        address: 0xf8,
        functionCode: 6,
        data: bytes("00 02 00 01"),
    })
})

test("rejects a frame with one wrong bit", () => {
    fc.assert(
        fc.property(fc.constantFrom(...VECTORS), fc.nat(), (vector, bit) => {
            const broken = bytes(vector)
            broken[(bit >> 3) % broken.length]! ^= 1 << (bit & 7)
            expect(parseRequest(broken)).toBeUndefined()
        }),
    )
})

test("rejects fewer than four bytes", () => {
    expect(parseRequest(frame("01"))).toBeUndefined()
    expect(parseRequest(bytes(""))).toBeUndefined()
})
