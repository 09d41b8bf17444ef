import { describe, expect, test } from "@devicescript/test"
import { checkNode, NameError } from "../../../src/emoncms/names"

function problemOf(name: string): string {
    try {
        checkNode(name)
    } catch (e) {
        expect(e instanceof NameError).toBe(true)
        return (e as NameError).problem
    }
    return undefined
}

describe("the name of a node", () => {
    test("may contain letters, digits, spaces and _ - .", () => {
        for (const name of ["p", "power_factor", "Heat pump", "a.b-c", "0", "L1"])
            expect(problemOf(name)).toBe(undefined)
    })

    test("must not be empty or have spaces at its ends", () => {
        expect(problemOf("")).toBe("is empty")
        expect(problemOf("  ")).toBe("is empty")
        expect(problemOf(" p")).toBe("begins or ends with a space")
        expect(problemOf("p\n")).toBe("begins or ends with a space")
    })

    test("must not contain characters that EmonCMS removes or that break a bulk row", () => {
        for (const c of [
            "(",
            ":",
            "/",
            "#",
            "<",
            '"',
            "\\",
            "'",
            "&",
            "%",
            "+",
            "=",
            ",",
            "{",
            "[",
            "\t",
            "é",
            "😀",
        ])
            expect(problemOf("a" + c + "b")).toBe("contains " + c)
    })

    test("must not be longer than emoncms.org keeps", () => {
        expect(problemOf("0123456789abcdef")).toBe(undefined)
        expect(problemOf("0123456789abcdefg")).toBe("is too long")
    })
})
