import { describe, expect, test } from "@devicescript/test"
import { cureFor, diagnose, type LineCondition } from "../../../../../src/line/ports/spi-uart/diagnosis"

function condition(
    stuckLow: boolean,
    echo: "none" | "right" | "wrong",
    characters: number,
    errors: number,
    understood = false,
): LineCondition {
    return diagnose({ stuckLow, echo, characters, errors }, understood)
}

describe("spi-uart diagnosis", () => {
    test("recognizes every line condition", () => {
        expect(condition(false, "none", 25, 0, true)).toBe("fine")
        expect(condition(false, "none", 25, 0)).toBe("garbled")
        expect(condition(false, "none", 3, 7)).toBe("framing errors")
        expect(condition(false, "right", 0, 0)).toBe("only echo")
        expect(condition(false, "wrong", 0, 0)).toBe("wrong echo")
        expect(condition(false, "none", 0, 0)).toBe("silence")
        expect(condition(true, "wrong", 0, 1)).toBe("stuck low")
    })

    test("ignores errors around an understood reply", () => {
        expect(condition(false, "wrong", 25, 2, true)).toBe("fine")
    })

    test("has a cure for every condition", () => {
        const conditions: LineCondition[] = [
            "fine",
            "garbled",
            "framing errors",
            "only echo",
            "wrong echo",
            "silence",
            "stuck low",
        ]
        for (const each of conditions) expect(cureFor(each).length > 5).toBe(true)
    })
})
