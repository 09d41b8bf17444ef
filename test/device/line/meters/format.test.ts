import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { formatDecimal } from "../../../../src/line/meters/format"
import { Xorshift } from "./xorshift"

describe("decimal text", () => {
    test("has the decimal point before the last digits", () => {
        expect(formatDecimal(2301, 1)).toBe("230.1")
        expect(formatDecimal(138401, 3)).toBe("138.401")
        expect(formatDecimal(100, 2)).toBe("1.00")
        expect(formatDecimal(65535, 0)).toBe("65535")
    })

    test("has leading zeros", () => {
        expect(formatDecimal(0, 0)).toBe("0")
        expect(formatDecimal(0, 3)).toBe("0.000")
        expect(formatDecimal(7, 1)).toBe("0.7")
        expect(formatDecimal(7, 3)).toBe("0.007")
        expect(formatDecimal(10, 2)).toBe("0.10")
    })

    test("starts with the sign", () => {
        expect(formatDecimal(-2301, 1)).toBe("-230.1")
        expect(formatDecimal(-7, 3)).toBe("-0.007")
        expect(formatDecimal(-5, 0)).toBe("-5")
    })

    test("keeps every digit of large integers", () => {
        expect(formatDecimal(4294967295, 3)).toBe("4294967.295")
        expect(formatDecimal(-2147483649, 1)).toBe("-214748364.9")
        expect(formatDecimal(99999999999999, 3)).toBe("99999999999.999")
    })

    test("is exact for random 14-digit integers", async () => {
        const random = new Xorshift()
        for (let i = 0; i < 200; i++) {
            const whole = random.below(10000000)
            const fraction = random.below(10000000)
            let digits = "" + fraction
            while (digits.length < 7) digits = "0" + digits
            expect(formatDecimal(whole * 10000000 + fraction, 7)).toBe(whole + "." + digits)
            if (i % 8 === 0) await ds.sleep(1)
        }
    })
})
