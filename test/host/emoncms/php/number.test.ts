import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { floatToJson, floatToText, isNumeric, toFloat, toInt } from "../../../../sim/emoncms/php/number"

// The expected values of all tables are the output of php8.2-cli 8.2.36.

describe("floats as text", () => {
    it.each([
        [1e13, "10000000000000", "10000000000000"],
        [1e14, "1.0E+14", "100000000000000"],
        [1e16, "1.0E+16", "10000000000000000"],
        [1e17, "1.0E+17", "1.0e+17"],
        [123456789012345680, "1.2345678901235E+17", "1.2345678901234568e+17"],
        [0.1 + 0.2, "0.3", "0.30000000000000004"],
        [230.10000000000002, "230.1", "230.10000000000002"],
        [0.0001, "0.0001", "0.0001"],
        [0.00001, "1.0E-5", "1.0e-5"],
        [0.00001234, "1.234E-5", "1.234e-5"],
        [1.5e-7, "1.5E-7", "1.5e-7"],
        [1e25, "1.0E+25", "1.0e+25"],
        [-0, "-0", "-0"],
        [-100, "-100", "-100"],
        [-0.5, "-0.5", "-0.5"],
    ])("%d is %s, and %s in JSON", (value, text, json) => {
        expect(floatToText(value)).toBe(text)
        expect(floatToJson(value)).toBe(json)
    })

    it("writes INF, -INF and NAN", () => {
        expect([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map(floatToText)).toEqual([
            "INF",
            "-INF",
            "NAN",
        ])
    })

    it("keeps full precision in JSON", () => {
        fc.assert(
            fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
                expect(JSON.parse(floatToJson(value))).toBe(value)
            }),
        )
    })

    it("keeps 14 digits as text", () => {
        fc.assert(
            fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
                expect(toFloat(floatToText(value)) === Number(value.toPrecision(14))).toBe(true)
            }),
        )
    })
})

describe("text as number", () => {
    it.each([
        ["1e3", true, 1000, 1000],
        [" 12", true, 12, 12],
        ["12 ", true, 12, 12],
        ["\n5", true, 5, 5],
        ["0x1A", false, 0, 0],
        [".5", true, 0.5, 0],
        ["5.", true, 5, 5],
        ["+5", true, 5, 5],
        ["-", false, 0, 0],
        ["1_0", false, 1, 1],
        ["1e", false, 1, 1],
        ["--1", false, 0, 0],
        ["", false, 0, 0],
        [" ", false, 0, 0],
        ["INF", false, 0, 0],
        ["2023-11-14T22:13:20Z", false, 2023, 2023],
        ["1700000000.9", true, 1700000000.9, 1700000000],
        ["1e30", true, 1e30, 2 ** 63],
    ])("%j", (text, numeric, float, int) => {
        expect(isNumeric(text)).toBe(numeric)
        expect(toFloat(text)).toBe(float)
        expect(toInt(text)).toBe(int)
    })
})
