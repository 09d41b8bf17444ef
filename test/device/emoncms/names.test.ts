import { describe, expect, test } from "@devicescript/test"
import { checkName, NameError } from "../../../src/emoncms/names"

function problemOf(kind: "node" | "input", name: string): string {
    try {
        checkName(kind, name)
    } catch (e) {
        expect(e instanceof NameError).toBe(true)
        expect((e as NameError).kind).toBe(kind)
        return (e as NameError).problem
    }
    return undefined
}

describe("a name", () => {
    test("may have letters, digits, blanks, and _ - .", () => {
        for (const name of ["p", "power_factor", "Heat pump", "a.b-c", "0", "L1"])
            expect(problemOf("input", name)).toBe(undefined)
    })

    test("must not be empty, or hang over", () => {
        expect(problemOf("node", "")).toBe("is empty")
        expect(problemOf("node", "  ")).toBe("is empty")
        expect(problemOf("input", " p")).toBe("begins or ends with a blank")
        expect(problemOf("input", "p\n")).toBe("begins or ends with a blank")
    })

    test("must not have what EmonCMS removes or what breaks a bulk row", () => {
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
            expect(problemOf("input", "a" + c + "b")).toBe("contains " + c)
    })

    test("must not be longer than emoncms.org keeps", () => {
        expect(problemOf("node", "0123456789abcdef")).toBe(undefined)
        expect(problemOf("node", "0123456789abcdefg")).toBe("is too long")
        expect(problemOf("input", "0123456789abcdefg")).toBe(undefined)
    })
})
