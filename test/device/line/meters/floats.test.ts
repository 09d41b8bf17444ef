import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { decodeField } from "../../../../src/line/meters/decode"
import { floats } from "./floats"

describe("IEEE 754 singles, high word first", () => {
    test("become the integers that Python's struct and decimal find", async () => {
        for (const vector of floats) {
            const { registers, decimals, value } = vector
            const field = { name: "x", unit: "", register: 6, type: "f32be" as const, decimals }
            expect(decodeField(field, { functionCode: 4, start: 6, count: 2 }, registers)).toBe(value)
            await ds.sleep(1)
        }
        expect(floats.length).toBe(132)
    })

    test("beyond 14 digits are unknown", () => {
        const field = { name: "x", unit: "", register: 0, type: "f32be" as const, decimals: 3 }
        const range = { functionCode: 4 as const, start: 0, count: 2 }
        // 3.4e38 and -1e12
        expect(decodeField(field, range, hex`7F 7F FF FF`)).toBe(undefined)
        expect(decodeField(field, range, hex`D3 68 D4 A5`)).toBe(undefined)
    })
})
