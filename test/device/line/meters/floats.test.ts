import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { decode } from "../../../../src/line/meters/decode"
import { f32, f32le } from "../../../../src/line/meters/registers"
import { field, profileOf } from "../../profiles"
import { floats } from "./floats"

function decoded(registers: Buffer, decimals: number, decoder = f32): number {
    return decode(profileOf("m", [field("x", "", decimals)], [decoder]), [registers])[0]
}

function swapWords(registers: Buffer): Buffer {
    return Buffer.concat(registers.slice(2, 4), registers.slice(0, 2))
}

describe("IEEE 754 singles", () => {
    test("decode to the same integers as in Python, in both word orders", async () => {
        for (const vector of floats) {
            const { registers, decimals, value } = vector
            expect(decoded(registers, decimals)).toBe(value)
            expect(decoded(swapWords(registers), decimals, f32le)).toBe(value)
            await ds.sleep(1)
        }
        expect(floats.length).toBe(132)
    })

    test("are unknown beyond 2^53", () => {
        // 3.4e38 and -1e13
        expect(decoded(hex`7F 7F FF FF`, 3)).toBe(undefined)
        expect(decoded(hex`D5 11 84 E7`, 3)).toBe(undefined)
    })
})
